import { z } from 'zod';
import type { Difference } from './differences.ts';
import { instant } from './time.ts';

const account = z.object({
  issuer: z.string(),
  subject: z.string(),
  /** Absent once the person's fields were erased. */
  username: z.string().optional(),
});

/** Who did it: the account, what proved it, and from where. Never the credential itself. */
export const auditActor = account.extend({
  roles: z.array(z.string()),
  credential: z.object({ type: z.string(), id: z.string() }).optional(),
  /** Who acted as this account. */
  impersonator: account.optional(),
  address: z.string().optional(),
});
export type AuditActor = z.infer<typeof auditActor>;

export const AUDIT_OUTCOMES = ['done', 'refused', 'failed'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** Who did, or was refused to do, what to which resource when, and what it changed. */
export const auditEntry = z.object({
  /** `<kind>:<id>:<number of the event>` where something was changed; of its own where it was refused. */
  id: z.string(),
  at: instant,
  outcome: z.enum(AUDIT_OUTCOMES).describe('`failed` is a fault of the server'),
  operation: z
    .string()
    .describe('Operation id, as in this document; `system` for what the system did itself'),
  actor: auditActor,
  resource: z.object({ kind: z.string(), id: z.string() }).optional(),
  /** Types of what happened. */
  events: z.array(z.string()).optional(),
  reason: z.string().optional(),
  differences: z
    .array(
      z.object({
        field: z.string().describe('JSON pointer into the resource'),
        from: z.unknown().optional(),
        to: z.unknown().optional(),
        hidden: z.literal(true).optional().describe('Its values are secret'),
      }),
    )
    .optional(),
  /** There were more differences, or longer ones. */
  cut: z.literal(true).optional(),
  refusal: z.object({ code: z.string(), message: z.string() }).optional(),
  /** How many like it came in short time, where it stands for several. */
  times: z.number().int().min(1).optional(),
  /** Some personal fields are gone: whose they were was erased. */
  erased: z.literal(true).optional(),
  correlationId: z.string().optional(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

/** What the audit wants to know of a change, beside its events; kept with them until the audit log has it. */
export interface AuditFacts
  extends Pick<AuditEntry, 'operation' | 'actor' | 'reason' | 'cut' | 'correlationId'> {
  /** Types of all events of the change. */
  events: string[];
  differences: Difference[];
  /** Whose the fields under `/candidate` are, where there are any. */
  candidate?: { externalId?: string | undefined; email?: string | undefined; ownerKey: string } | undefined;
}
