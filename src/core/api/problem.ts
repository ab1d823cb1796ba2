import { z } from 'zod';
import type { RefusalCode } from '../domain/refusal.ts';

/** The HTTP status of each refusal. */
export const STATUS_OF: Readonly<Record<RefusalCode, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  notFound: 404,
  conflict: 409,
  illegalTransition: 409,
  doesNotFit: 409,
  quota: 409,
  staleFence: 409,
  staleVersion: 412,
  rule: 422,
  tooManyRequests: 429,
  busy: 503,
  unavailable: 503,
};

/** Problem document of RFC 9457. `type` is `urn:lcm:problem:<code>` and stable. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  correlationId: z.string().optional(),
  /** Each field that is wrong, as a JSON pointer into the request. */
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
  /** What a program may want to know: ids, states, amounts. */
  facts: z.record(z.string(), z.unknown()).optional(),
});
export type Problem = z.infer<typeof problem>;

/** The problem type of a refusal. */
export const problemType = (code: RefusalCode): string => `urn:lcm:problem:${code}`;

/** The refusal that a problem type stands for; undefined for types that are not ours. */
export function refusalCodeOf(type: string): RefusalCode | undefined {
  const codes = Object.keys(STATUS_OF) as RefusalCode[];
  return codes.find((code) => problemType(code) === type);
}
