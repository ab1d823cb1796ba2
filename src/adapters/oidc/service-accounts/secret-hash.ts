import { createHash, timingSafeEqual } from 'node:crypto';

/** A client's secret as it is kept. Secrets are 256 random bits: nobody guesses them, however quick the hash is. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** Whether that is the secret that was kept so. */
export const isSecret = (typed: string, kept: string): boolean => {
  const [actual, expected] = [Buffer.from(hashSecret(typed)), Buffer.from(kept)];
  return actual.length === expected.length && timingSafeEqual(actual, expected);
};
