import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import { AuditSealer } from './sealer.ts';
import type { AuditBooks } from './trail.ts';

/** Time between two rounds where rows keep coming, and where none came. */
const [PACE_MS, LOOK_AGAIN_MS] = [1_000, 60_000];

/** Chains and seals the audit log in the background, until the function returned is called. */
export function keepSealing(
  { log, keys }: AuditBooks,
  parts: { clock: Clock; log: Log; retentionMonths: () => Promise<number> },
): () => Promise<void> {
  const { clock } = parts;
  const sealer = new AuditSealer({ log, keys, clock, system: parts.log });
  const stopping = new AbortController();
  let wake = () => {};
  const unsubscribe = log.onAppend(() => wake());
  const sealing = (async () => {
    while (!stopping.signal.aborted) {
      const appended = new Promise<void>((resolve) => {
        wake = resolve;
      });
      try {
        await sealer.round(await parts.retentionMonths());
      } catch (error) {
        parts.log.error({ err: error }, 'chaining the audit log is held up, trying again');
      }
      await pause(clock, PACE_MS, stopping.signal);
      const waiting = new AbortController();
      const late = pause(clock, LOOK_AGAIN_MS, AbortSignal.any([stopping.signal, waiting.signal]));
      await Promise.race([appended, late]);
      waiting.abort();
    }
  })();
  return async () => {
    stopping.abort();
    unsubscribe();
    await sealing;
    // What was written last is chained before the process ends.
    await sealer
      .round(await parts.retentionMonths())
      .catch((error: unknown) =>
        parts.log.warn({ err: error }, 'the last rows of the audit are chained later'),
      );
  };
}

const pause = (clock: Clock, forMs: number, signal: AbortSignal) =>
  clock.sleep(forMs, signal).catch(() => undefined);
