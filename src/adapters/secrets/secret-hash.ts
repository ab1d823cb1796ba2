import { createHash } from 'node:crypto';
import { sameSecret } from './same-secret.ts';

/** A secret as it is kept. It has 256 bits of chance in it: nobody guesses it, however quick the hash is. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('base64url');

/** Whether that is the secret that was kept so. */
export const isSecret = (given: string, kept: string): boolean => sameSecret(hashSecret(given), kept);
