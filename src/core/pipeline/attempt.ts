import { Refusal } from '../domain/refusal.ts';
import type { Clock } from '../spi/clock.ts';
import { StepWaits } from './step-handler.ts';

export type Attempted<T> = { ok: true; value: T } | { ok: false; error: unknown };

/** Milliseconds that work has to heed its abort before it is left behind. */
const DEAF_AFTER_MS = 5_000;

/**
 * Does a piece of work with a time-out: its signal is aborted then, and when `stop` is. Work that does not
 * listen is not waited for. What it threw, or why it was aborted, is given back; never rejects.
 */
export async function attempt<T>(
  clock: Clock,
  timeoutMs: number,
  stop: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<Attempted<T>> {
  const abort = new AbortController();
  let cancelDeaf = () => {};
  const deaf = new Promise<Attempted<T>>((resolve) => {
    abort.signal.addEventListener('abort', () => {
      const leave = () => resolve({ ok: false, error: abort.signal.reason });
      cancelDeaf = clock.after(DEAF_AFTER_MS, leave);
    });
  });
  const onStop = () => abort.abort(stop.reason);
  if (stop.aborted) onStop();
  stop.addEventListener('abort', onStop, { once: true });
  const cancelTimeout = clock.after(timeoutMs, () =>
    abort.abort(new Refusal('unavailable', `timed out after ${Math.round(timeoutMs / 1_000)} s`)),
  );
  try {
    return await Promise.race([settled(work, abort.signal), deaf]);
  } finally {
    cancelTimeout();
    cancelDeaf();
    stop.removeEventListener('abort', onStop);
  }
}

async function settled<T>(
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<Attempted<T>> {
  try {
    return { ok: true, value: await work(signal) };
  } catch (error) {
    // What work throws on being aborted says less than why it was, unless it has something of its own to say.
    const ownWords = error instanceof Refusal || error instanceof StepWaits;
    return { ok: false, error: signal.aborted && !ownWords ? signal.reason : error };
  }
}
