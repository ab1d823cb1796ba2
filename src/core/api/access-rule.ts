/**
 * What decides, beyond the role, whether a caller may use an operation, and what it is shown: one sentence
 * each. Every endpoint names one of these. What they come to is in the control plane, auth/access-rules.ts.
 */
export const ACCESS_RULES = {
  public: 'Nobody needs to log in.',
  self: 'It is about the caller alone.',
  role: 'The role decides; all who have it are answered alike.',
  booksForOthers:
    'Everybody books for themselves; managers for anybody, in the own department; admins for anybody anywhere.',
  seesSession:
    'Candidates see their own sessions, others those on the part of the fleet that they see. Who the candidate is and how to log in is for admins, managers of its department, and the owner.',
  actsOnSession:
    'The owner, managers of its department, and admins. To whom does not see it, it is not there.',
  ownResults: 'Results are their owner’s, and of admins, managers and lab authors.',
  seesFleet: 'Workers, templates and labs in the regions and with the tags that the caller’s groups see.',
  actsOnFleet: 'The same part of the fleet; to whom does not see it, it is not there.',
  ownTokens: 'Access tokens are their owner’s; admins see and revoke everybody’s.',
  tasks: 'Admins have all, managers those of their department, others those assigned to them.',
  service: 'For the system’s own services.',
} as const satisfies Readonly<Record<string, string>>;

/** The name of one of these. */
export type AccessRule = keyof typeof ACCESS_RULES;

/** Fields that not everybody reads who sees what they stand in. */
export const GUARDED_FIELDS = [
  {
    fields: '`candidate`, `owner`, `ownerKey` and `bookedFor` of a session, in its history too',
    readBy: 'Admins, managers of its department, its owner',
  },
  {
    fields: '`loginUrl` and `devices` of the LDS side of a session',
    readBy: 'Admins, managers of its department, its owner',
  },
  {
    fields: '`spec.grading.rubric` and `spec.ownerNotification` of a definition',
    readBy: 'Admins, managers, lab authors',
  },
  {
    fields: 'The topology of a definition, with its configurations',
    readBy: 'Admins, managers, lab authors',
  },
] as const;
