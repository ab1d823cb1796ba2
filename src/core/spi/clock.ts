/**
 * Time, as the rest of the system sees it. Nothing outside the adapters reads a clock or sets a timer of
 * its own, so that the whole system can run on virtual time.
 */
export interface Clock {
  /** Wall-clock time in milliseconds since the Unix epoch. May jump; use it for what people read. */
  now(): number;
  /** Milliseconds that only ever grow, at the pace of real time; use it for leases and durations. */
  monotonic(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `callback` once after `ms` milliseconds. The function returned cancels it. */
  after(ms: number, callback: () => void): () => void;
}
