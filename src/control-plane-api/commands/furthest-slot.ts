import { Refusal } from '@lcm/core/domain/refusal.ts';

/**
 * How far ahead a slot may end, milliseconds: five years, which nobody plans for. Without a bound, times would leave
 * the four digits of a year, and with them their order as texts and the schema by which everybody reads them.
 */
const FURTHEST_MS = 5 * 366 * 86_400_000;

/** @throws Refusal `rule` for a slot that ends too far ahead. @param endMs milliseconds since the epoch */
export function refuseTooFar(endMs: number, now: number): void {
  if (endMs <= now + FURTHEST_MS) return;
  throw new Refusal('rule', 'the slot would end more than five years ahead', {
    fields: [{ pointer: '/end', message: 'must lie within five years' }],
  });
}
