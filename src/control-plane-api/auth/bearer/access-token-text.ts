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

const checksumOf = (text: string): string => crc32(text).toString(16).padStart(8, '0');
