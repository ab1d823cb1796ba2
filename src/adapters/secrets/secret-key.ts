import { createHash, randomBytes } from 'node:crypto';
import { Refusal } from '@lcm/core/domain/refusal.ts';

/** A key of the keyring. */
export interface SecretKey {
  /** Stands in every text that it seals; tells nothing of the key. */
  id: string;
  /** 32 of them. */
  bytes: Buffer;
}

/**
 * Keys as they are written: 32 bytes in base64 each, apart by commas or lines, `id:` before one that shall have a name
 * (a fingerprint of the key otherwise). Lines that begin with `#` are remarks.
 * @param origin where they were written, for the message
 * @throws Refusal `invalid`, without a word of the key, for what is no key, a weak one, or an id given twice
 */
export function secretKeys(text: string, origin: string): readonly [SecretKey, ...SecretKey[]] {
  const written = text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .flatMap((line) => line.split(','))
    .map((one) => one.trim())
    .filter((one) => one !== '');
  const [first, ...others] = written.map((one, index) => secretKey(one, `key ${index + 1} of ${origin}`));
  if (!first) throw new Refusal('invalid', `${origin} holds no key: it must be 32 random bytes in base64`);
  const ids = [first, ...others].map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Refusal('invalid', `${origin} holds two keys of the id ${twice}`);
  return [first, ...others];
}

/** A new key. */
export function newSecretKey(): SecretKey {
  const bytes = randomBytes(KEY_BYTES);
  return { id: fingerprint(bytes), bytes };
}

/** How keys are written, one a line. */
export const writtenKeys = (keys: readonly SecretKey[]): string =>
  keys.map(({ id, bytes }) => `${id}:${bytes.toString('base64')}\n`).join('');

const KEY_BYTES = 32;
/** So few different bytes come up by chance less than once in 10^12 keys: it is a word, or zeros. */
const FEWEST_DIFFERENT = 16;

function secretKey(written: string, which: string): SecretKey {
  const [, id, base64] = /^(?:([A-Za-z0-9-]{1,32}):)?([A-Za-z0-9+/_-]+={0,2})$/.exec(written) ?? [];
  const bytes = Buffer.from(base64 ?? '', 'base64');
  if (bytes.length !== KEY_BYTES)
    throw new Refusal(
      'invalid',
      `${which} must be ${KEY_BYTES} random bytes in base64, as \`openssl rand -base64 32\` makes`,
    );
  if (new Set(bytes).size < FEWEST_DIFFERENT)
    throw new Refusal('invalid', `${which} is weak: its bytes must be random`);
  return { id: id ?? fingerprint(bytes), bytes };
}

const fingerprint = (bytes: Buffer): string =>
  createHash('sha256').update('lcm key id\n').update(bytes).digest('hex').slice(0, 8);
