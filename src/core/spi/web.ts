/**
 * The web as users may have it reached: where they name an address, the answer comes from outside or not at all.
 * Refusals are `rule` for what is never fetched, `unavailable` for what did not answer this time.
 */
export interface Web {
  /** As the platform's `fetch`. @throws Refusal */
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Whether it would be fetched, without connecting: to refuse it when it is said. @throws Refusal */
  check(url: string): Promise<void>;
}
