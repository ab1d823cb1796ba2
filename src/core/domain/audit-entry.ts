import { z } from 'zod';
import { instant } from './time.ts';

/** Who did what to which resource when, and what changed by it. */
export const auditEntry = z.object({
  id: z.string(),
  at: instant,
  by: z.string(),
  action: z.string(),
  kind: z.string(),
  resourceId: z.string(),
  outcome: z.enum(['done', 'refused']),
  reason: z.string().optional(),
  correlationId: z.string().optional(),
  events: z.array(z.string()),
});
export type AuditEntry = z.infer<typeof auditEntry>;
