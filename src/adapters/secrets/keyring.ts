import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Sealer } from '@lcm/core/spi/sealer.ts';
import type { SecretKey } from './secret-key.ts';

/** Keys that come from outside: the first seals, all of them open. */
export interface Keyring extends Sealer {
  /** Ids of the keys, that which seals first. */
  readonly ids: readonly [string, ...string[]];
}

/**
 * Seals with AES-256-GCM. Every text has a key of its own, derived from the keyring's by a random salt, so that no
 * number of texts wears a key out (NIST SP 800-38D, section 8.3, allows 2^32 by random nonce under one key).
 */
export function keyring(keys: readonly [SecretKey, ...SecretKey[]]): Keyring {
  const [first] = keys;
  const byId = new Map(keys.map((one) => [one.id, one.bytes]));
  return {
    ids: [first.id, ...keys.slice(1).map(({ id }) => id)],
    seal: (text, place) => {
      const salt = randomBytes(SALT_BYTES);
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, textKey(first.bytes, salt), nonce);
      cipher.setAAD(boundTo(first.id, place));
      const body = Buffer.concat([
        salt,
        nonce,
        cipher.update(text, 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ]);
      return `${FORMAT}.${first.id}.${body.toString('base64url')}`;
    },
    open: (sealed, place) => {
      const { id, body } = partsOf(sealed, place);
      const key = byId.get(id);
      if (!key) throw keyMissing(id, place, [...byId.keys()]);
      const decipher = createDecipheriv(
        CIPHER,
        textKey(key, body.subarray(0, SALT_BYTES)),
        body.subarray(SALT_BYTES, HEAD_BYTES),
      );
      decipher.setAAD(boundTo(id, place));
      decipher.setAuthTag(body.subarray(-TAG_BYTES));
      try {
        const text = decipher.update(body.subarray(HEAD_BYTES, -TAG_BYTES));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch (cause) {
        throw damaged(
          place,
          `it was changed or moved, or key ${id} is another than it was sealed with`,
          cause,
        );
      }
    },
  };
}

/** The id of the key that a text was sealed with; undefined for what is not sealed. */
export const keyIdOf = (sealed: string): string | undefined => SEALED.exec(sealed)?.[1];

const CIPHER = 'aes-256-gcm';
const FORMAT = 'sealed1';
const SEALED = /^sealed1\.([A-Za-z0-9-]{1,32})\.([A-Za-z0-9_-]+)$/;
const [SALT_BYTES, NONCE_BYTES, TAG_BYTES] = [16, 12, 16];
const HEAD_BYTES = SALT_BYTES + NONCE_BYTES;

const textKey = (key: Buffer, salt: Buffer): Buffer =>
  createHmac('sha256', key).update(FORMAT).update(salt).digest();

const boundTo = (id: string, place: string): Buffer => Buffer.from(`${FORMAT}\n${id}\n${place}`);

function partsOf(sealed: string, place: string): { id: string; body: Buffer } {
  const [, id, text] = SEALED.exec(sealed) ?? [];
  const body = Buffer.from(text ?? '', 'base64url');
  if (id === undefined || body.length < HEAD_BYTES + TAG_BYTES)
    throw damaged(place, 'it is not a sealed text');
  return { id, body };
}

function keyMissing(id: string, place: string, known: string[]): Refusal {
  return new Refusal(
    'unavailable',
    `${place} was sealed with key ${id}, and the keyring holds only ${known.join(', ')}: put key ${id} back`,
    { facts: { keyId: id } },
  );
}

const damaged = (place: string, why: string, cause?: unknown): Refusal =>
  new Refusal('unavailable', `${place} cannot be opened: ${why}`, { cause });
