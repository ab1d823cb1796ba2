import { createHash } from 'node:crypto';
import type { Random } from '@lcm/core/spi/random.ts';

const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * An id for a new resource: short, easy to read out, and the same for the same caller and key, so that a
 * create that is sent twice makes one. 60 bits of SHA-256 in Crockford's base 32.
 */
export function newId(prefix: string, random: Random, from?: { caller: string; key: string }): string {
  const seed = from ? `${prefix}|${from.caller}|${from.key}` : random.uuid();
  return `${prefix}-${shortHash(seed)}`;
}

/** Twelve letters that stand for the text. */
export function shortHash(text: string): string {
  const bytes = createHash('sha256').update(text).digest();
  return Array.from(bytes.subarray(0, 12), (byte) => LETTERS[byte & 31]).join('');
}
