import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { AuditKeys } from '@lcm/core/spi/audit-keys.ts';
import type { Sealer } from '@lcm/core/spi/sealer.ts';
import type { PersonRecord, PersonStore } from './person-store.ts';

/**
 * Keys of the audit over that store, wrapped by the keyring. The first call makes the system's own key.
 * @throws Refusal `unavailable` where the keyring does not open what it once sealed
 */
export async function openAuditKeys(store: PersonStore, sealer: Sealer): Promise<AuditKeys> {
  const ownKey = await ownKeyOf(store, sealer);
  const digestOf = (name: string) => hmac(ownKey, `name\n${name}`);
  /** Persons by the first name they are asked for under. */
  const known = new Map<string, Person>();

  const personOf = async (name: string): Promise<Person> => {
    const cached = known.get(name);
    if (cached) return cached;
    const [found] = await store.find(digestOf(name));
    const person = opened(sealer, found ?? (await newPerson(name)), name);
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(name, person);
    return person;
  };
  const newPerson = (name: string) => {
    const bytes = randomBytes(KEY_BYTES);
    const key = createSecretKey(bytes);
    const person = `p-${randomBytes(9).toString('base64url')}`;
    const record = { person, key: sealer.seal(bytes.toString('base64'), placeOf(person)) };
    return store.add(record, [{ digest: digestOf(name), sealed: sealed(key, name, nameOf(person)) }]);
  };
  const alias = async (who: Person, name: string): Promise<void> => {
    if (who.names.has(name)) return;
    const same = await store.find(digestOf(name));
    if (!same.some(({ person }) => person === who.person))
      await store.alias(who.person, {
        digest: digestOf(name),
        sealed: sealed(who.key, name, nameOf(who.person)),
      });
    who.names.add(name);
  };

  return {
    seal: async ([name, ...others], text, place) => {
      const who = await personOf(name);
      for (const other of others) await alias(who, other);
      return { person: who.person, sealed: sealed(who.key, text, `${who.person}\n${place}`) };
    },
    open: async ({ person, sealed: text }, place) => {
      const record = await store.get(person);
      return record && unsealed(opened(sealer, record, '').key, text, `${person}\n${place}`);
    },
    namesakes: async (name) => {
      const names: string[] = [];
      for (const record of await store.find(digestOf(name))) {
        const { key } = opened(sealer, record, '');
        for (const one of await store.namesOf(record.person))
          names.push(unsealed(key, one, nameOf(record.person)));
      }
      return [...new Set(names)];
    },
    forget: async (name) => {
      const persons = (await store.find(digestOf(name))).map(({ person }) => person);
      known.clear();
      await store.remove(persons);
      return persons.length;
    },
    mark: (text) => hmac(ownKey, `mark\n${text}`),
    prove: (text, place) => sealer.seal(hmac(ownKey, text), `audit/${place}`),
    isProven: (text, place, proof) => {
      try {
        return same(sealer.open(proof, `audit/${place}`), hmac(ownKey, text));
      } catch (refusal) {
        // What does not open was made by somebody else, or for another place.
        if (refusal instanceof Refusal && refusal.facts['keyId'] === undefined) return false;
        throw refusal;
      }
    },
  };
}

interface Person {
  person: string;
  key: KeyObject;
  /** Names that are known to be written down. */
  names: Set<string>;
}

const KEY_BYTES = 32;
const CIPHER = 'aes-256-gcm';
const [NONCE_BYTES, TAG_BYTES] = [12, 16];
/** Persons whose keys are at hand; more are read again. */
const MOST_KNOWN = 5_000;
const OWN_KEY = 'own-key';

const placeOf = (person: string) => `audit/person/${person}`;
const nameOf = (person: string) => `${person}\nname`;
const hmac = (key: KeyObject, text: string) => createHmac('sha256', key).update(text).digest('base64url');

function same(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

async function ownKeyOf(store: PersonStore, sealer: Sealer): Promise<KeyObject> {
  const kept = await store.note(OWN_KEY);
  if (kept !== undefined) return createSecretKey(sealer.open(kept, `audit/${OWN_KEY}`), 'base64');
  const bytes = randomBytes(KEY_BYTES);
  await store.putNote(OWN_KEY, sealer.seal(bytes.toString('base64'), `audit/${OWN_KEY}`));
  return createSecretKey(bytes);
}

const opened = (sealer: Sealer, { person, key }: PersonRecord, name: string): Person => ({
  person,
  key: createSecretKey(sealer.open(key, placeOf(person)), 'base64'),
  names: new Set([name]),
});

/** Sealed with AES-256-GCM: nonce, text, tag. */
function sealed(key: KeyObject, text: string, boundTo: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce);
  cipher.setAAD(Buffer.from(boundTo));
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
    'base64url',
  );
}

function unsealed(key: KeyObject, text: string, boundTo: string): string {
  const bytes = Buffer.from(text, 'base64url');
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAAD(Buffer.from(boundTo));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([
      decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)),
      decipher.final(),
    ]).toString();
  } catch (cause) {
    throw new Refusal(
      'unavailable',
      'personal fields of the audit cannot be opened: they were changed or moved',
      {
        cause,
      },
    );
  }
}
