import { createHash, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** With what every personal access token begins, for people and for programs that look for leaked ones. */
export const PREFIX = 'lcm_pat_';

/** The parts of a token: by which it is found, and which proves it. */
export interface AccessTokenText {
  id: string;
  secret: string;
}

/** The token as it is shown, once: `lcm_pat_<id>_<secret><checksum>`. */
export function accessTokenText({ id, secret }: AccessTokenText): string {
  const text = `${PREFIX}${id}_${secret}`;
  return text + checksumOf(text);
}

/** The parts of a token; undefined for what nobody was ever shown: nothing has to be looked up to know it. */
export function readAccessToken(token: string): AccessTokenText | undefined {
  const [, text, id, secret, checksum] =
    /^(lcm_pat_([0-9a-f]{16})_([\w-]{43}))([0-9a-f]{8})$/.exec(token) ?? [];
  if (text === undefined || id === undefined || secret === undefined) return undefined;
  return checksumOf(text) === checksum ? { id, secret } : undefined;
}

/** What is kept of a secret. It has 256 bits of chance in it: no slow hash is needed to protect it. */
export const hashOfSecret = (secret: string): string =>
  createHash('sha256').update(secret).digest('base64url');

/** Whether the secret is the one of that hash. */
export function isSecretOf(hash: string, secret: string): boolean {
  const [kept, given] = [Buffer.from(hash), Buffer.from(hashOfSecret(secret))];
  return kept.length === given.length && timingSafeEqual(kept, given);
}

const checksumOf = (text: string): string => crc32(text).toString(16).padStart(8, '0');
