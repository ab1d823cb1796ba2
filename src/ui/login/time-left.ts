/** When a login ends, as the server says it. */
export interface LoginEnds {
  idleEndsAt: string;
  absoluteEndsAt: string;
  warningSeconds: number;
}

/** How long a login lasts from now on, in milliseconds, and what can be done about it. */
export interface TimeLeft {
  ms: number;
  /** Until a warning is due; nothing where it is. */
  warnInMs: number;
  /** Whether staying helps: not where it ends whatever happens. */
  canStay: boolean;
}

/** @param now milliseconds since the epoch, by the server's clock */
export function timeLeft({ idleEndsAt, absoluteEndsAt, warningSeconds }: LoginEnds, now: number): TimeLeft {
  const [idle, absolute] = [Date.parse(idleEndsAt), Date.parse(absoluteEndsAt)];
  const ms = Math.max(0, Math.min(idle, absolute) - now);
  return { ms, warnInMs: Math.max(0, ms - warningSeconds * 1_000), canStay: idle < absolute };
}
