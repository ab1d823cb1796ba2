/** Structured log lines. Secrets never go into them. */
export interface Log {
  debug(facts: Record<string, unknown>, message: string): void;
  info(facts: Record<string, unknown>, message: string): void;
  warn(facts: Record<string, unknown>, message: string): void;
  error(facts: Record<string, unknown>, message: string): void;
  /** The same log, every line of it with these facts. */
  child(facts: Record<string, unknown>): Log;
}
