/** Chance, as the rest of the system sees it: seeded in tests and simulations, the system's own elsewhere. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A version 4 UUID (RFC 9562). */
  uuid(): string;
  /** 256 bits that nobody can guess, in base64url: 43 characters. */
  secret(): string;
}
