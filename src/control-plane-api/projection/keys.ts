import type { Kind } from '@lcm/core/domain/kinds.ts';

/** The part of the bus's key that each kind has; kinds that are not here are not projected. */
const FOLDERS = {
  session: 'sessions',
  worker: 'workers',
  'worker-ledger': 'worker-ledgers',
  'lab-record': 'lab-records',
  definition: 'definitions',
  'worker-template': 'worker-templates',
  'user-session': 'user-sessions',
  settings: 'settings',
  task: 'tasks',
  'grading-session': 'grading-sessions',
} as const satisfies Partial<Record<Kind, string>>;

/** Kinds that stand on the bus. */
export type ProjectedKind = keyof typeof FOLDERS;

export const PROJECTED_KINDS = Object.keys(FOLDERS) as ProjectedKind[];

/** Whether a kind is projected. */
export const isProjected = (kind: Kind): kind is ProjectedKind => kind in FOLDERS;

/** Where an aggregate stands on the bus. */
export const keyOf = (kind: ProjectedKind, id: string): string => `/lcm/${FOLDERS[kind]}/${id}`;

/** What stands at a key; undefined for keys that are no aggregate's, such as leases. */
export function aggregateAt(key: string): { kind: ProjectedKind; id: string } | undefined {
  const [, root, folder, ...rest] = key.split('/');
  const kind = PROJECTED_KINDS.find((one) => FOLDERS[one] === folder);
  return root === 'lcm' && kind ? { kind, id: rest.join('/') } : undefined;
}
