/**
 * What was found out about tokens, so that the same one is not verified at each request: the newest so many, each
 * until its time is over.
 */
export class VerifiedTokens<Found extends { expiresAt: number }> {
  readonly #most: number;
  readonly #found = new Map<string, Found>();

  constructor(most: number) {
    this.#most = most;
  }

  /** @param now milliseconds since the epoch */
  get(fingerprint: string, now: number): Found | undefined {
    const found = this.#found.get(fingerprint);
    if (!found) return undefined;
    this.#found.delete(fingerprint);
    if (found.expiresAt <= now) return undefined;
    // Back in, as the one used last.
    this.#found.set(fingerprint, found);
    return found;
  }

  put(fingerprint: string, found: Found): void {
    this.#found.delete(fingerprint);
    this.#found.set(fingerprint, found);
    const [oldest] = this.#found.keys();
    if (this.#found.size > this.#most && oldest !== undefined) this.#found.delete(oldest);
  }

  forget(fingerprint: string): void {
    this.#found.delete(fingerprint);
  }
}
