/** What a sweep needs to act: proof of holding it, and the header that carries the proof. */
export interface SweepContext {
  fence(): unknown;
  headers(): Record<string, string>;
}
