/**
 * The browser's time and chance, in one place: what the rest of the page asks for when it has to wait, draw or
 * draw lots. Tests hand in their own.
 */
export interface Pace {
  /** Milliseconds since the epoch, by this machine's clock. */
  now(): number;
  /** Calls once, after so many milliseconds. Gives what cancels it. */
  after(ms: number, call: () => void): () => void;
  /** Calls before the next drawing; never in a hidden tab. Gives what cancels it. */
  frame(call: () => void): () => void;
  /** A fraction in [0, 1). */
  chance(): number;
}

export const browserPace: Pace = {
  now: () => Date.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  frame: (call) => {
    const request = requestAnimationFrame(call);
    return () => cancelAnimationFrame(request);
  },
  chance: () => Math.random(),
};

/** A text that nobody else has, e.g. for `Idempotency-Key`. */
export function uniqueText(): string {
  // randomUUID is there in secure contexts only; a plain-http page on a laptop's LAN address has none.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
