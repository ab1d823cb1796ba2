import { z } from 'zod';
import { instant } from './time.ts';

/** Why a session is not ready yet: a closed vocabulary, the first that applies is shown (PRODUCT.md, Scheduling). */
export const REASONS = [
  'OnHold',
  'Misconfigured',
  'TooEarly',
  'NoMatchingTemplate',
  'MissingNodeDefinition',
  'AdmissionGated',
  'QuotaExceeded',
  'NoLicenceSeats',
  'PortsExhausted',
  'NoCapacity',
  'WaitingForWorker',
  'PendingEvaluation',
] as const;
const reasonCode = z.enum(REASONS);
export type ReasonCode = (typeof REASONS)[number];

/** The top reason, in words a person can act on. */
export const schedulingReason = z.object({
  code: reasonCode,
  message: z.string(),
  /** The dimension that is short, for NoCapacity. */
  dimension: z.string().optional(),
  /** When it is expected to change, where that is known. */
  expectedAt: instant.optional(),
});
export type SchedulingReason = z.infer<typeof schedulingReason>;

/** Which filter refused a worker. */
export const filterName = z.enum([
  'state',
  'licence',
  'nodes',
  'resources',
  'version',
  'nodeDefinitions',
  'ports',
  'region',
  'admission',
]);
export type FilterName = z.infer<typeof filterName>;

/** What a decision said, kept on the session: the winner, the best five, and how many each filter refused. */
export const schedulingDecision = z.object({
  decidedAt: instant,
  outcome: z.enum(['placed', 'scaleUp', 'wait']),
  winner: z.object({ workerId: z.string(), score: z.number() }).optional(),
  best: z.array(z.object({ workerId: z.string(), score: z.number() })).max(5),
  counts: z.partialRecord(filterName, z.number().int().min(0)),
  evaluated: z.number().int().min(0),
  reason: schedulingReason.optional(),
});
export type SchedulingDecision = z.infer<typeof schedulingDecision>;
