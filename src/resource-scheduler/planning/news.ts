import type { SchedulingDecision } from '@lcm/core/domain/scheduling-reason.ts';
import { ms } from '@lcm/core/domain/time.ts';

/** A decision that differs only in its numbers is written down at most this often, milliseconds. */
const REPEAT_MS = 60_000;

/** Whether a decision says something that the session does not say yet: not each look is worth a write. */
export function isNews(decision: SchedulingDecision, known: SchedulingDecision | undefined): boolean {
  if (known?.outcome !== decision.outcome) return true;
  const [one, other] = [decision.reason, known.reason];
  if (one?.code !== other?.code || one?.dimension !== other?.dimension) return true;
  if (one?.expectedAt !== other?.expectedAt) return true;
  if (one?.message === other?.message) return false;
  return ms(decision.decidedAt) - ms(known.decidedAt) >= REPEAT_MS;
}
