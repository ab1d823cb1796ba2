/** Where larger things are kept: topologies, packages, evidence, captures. What is put in never changes. */
export interface ContentStore {
  /**
   * Keeps the bytes and gives their key, `sha256-<hex>`: the same bytes have the same key, so putting twice
   * is harmless.
   */
  put(bytes: Uint8Array): Promise<string>;
  /** @throws Refusal `notFound` where there is no such content, or where it does not match its key any more */
  get(key: string): Promise<Uint8Array>;
  has(key: string): Promise<boolean>;
}
