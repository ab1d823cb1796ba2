import { hash } from 'node:crypto';
import type { Random } from '@lcm/core/spi/random.ts';

const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';

/** What makes an id the same: who asks, and under which key. */
export interface IdSource {
  caller: string;
  key: string;
}

/**
 * An id for a new resource: short, easy to read out, and the same for the same caller and key, so that a
 * create that is sent twice makes one. 60 bits of SHA-256, or of chance, in Crockford's base 32.
 */
export function newId(prefix: string, random: Random, from?: IdSource): string {
  if (from) return `${prefix}-${shortHash(`${prefix}|${from.caller}|${from.key}`)}`;
  const uuid = random.uuid();
  // Between them stand the digits that say what kind of UUID it is (RFC 9562, section 5.4).
  const digits = uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(24);
  return `${prefix}-${lettersOf(Buffer.from(digits, 'hex'))}`;
}

/** Twelve letters that stand for the text. */
export function shortHash(text: string): string {
  return lettersOf(hash('sha256', text, 'buffer').subarray(0, 12));
}

function lettersOf(bytes: Uint8Array): string {
  let letters = '';
  for (const byte of bytes) letters += LETTERS[byte & 31];
  return letters;
}
