import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { keyIdOf, keyring } from './keyring.ts';
import { newSecretKey, secretKeys, writtenKeys } from './secret-key.ts';

const [one, other] = [newSecretKey(), newSecretKey()];

it('opens what it sealed, in the place that it was sealed for', () => {
  const ring = keyring([one]);
  for (const text of ['', 'a', 'Zoë 🎓', 'x'.repeat(100_000)])
    expect(ring.open(ring.seal(text, 'login/1'), 'login/1')).toBe(text);
});

it('shows nothing of the text, and never seals twice alike', () => {
  const ring = keyring([one]);
  const sealed = ring.seal('attack at dawn', 'login/1');
  expect(sealed).not.toContain('attack');
  expect(Buffer.from(sealed.split('.')[2] ?? '', 'base64url').toString('latin1')).not.toContain('attack');
  expect(ring.seal('attack at dawn', 'login/1')).not.toBe(sealed);
});

it('does not open a text that was moved to another place', () => {
  const ring = keyring([one]);
  const sealed = ring.seal('text', 'login/1');
  expect(() => ring.open(sealed, 'login/2')).toThrow(/login\/2 cannot be opened: it was changed or moved/);
});

it('does not open a text of which anything was changed', () => {
  const ring = keyring([one]);
  const [format, id, body = ''] = ring.seal('text', 'login/1').split('.');
  const bytes = Buffer.from(body, 'base64url');
  for (const at of bytes.keys()) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8((changed[at] ?? 0) ^ 1, at);
    const sealed = `${format}.${id}.${changed.toString('base64url')}`;
    expect(() => ring.open(sealed, 'login/1'), `byte ${at}`).toThrow('cannot be opened');
  }
  for (const odd of ['', 'text', 'sealed1.x', `sealed1.${id}.AAAA`, `sealed0.${id}.${body}`])
    expect(() => ring.open(odd, 'login/1')).toThrow('it is not a sealed text');
});

it('seals with the first key and opens with all', () => {
  const before = keyring([one]);
  const after = keyring([other, one]);
  const old = before.seal('text', 'p');
  const fresh = after.seal('text', 'p');
  expect(after.open(old, 'p')).toBe('text');
  expect([keyIdOf(old), keyIdOf(fresh), keyIdOf('text')]).toEqual([one.id, other.id, undefined]);
});

it('names the key that is missing, and those that it has', () => {
  const sealed = keyring([one]).seal('text', 'login/1');
  expect(() => keyring([other]).open(sealed, 'login/1')).toThrow(
    `login/1 was sealed with key ${one.id}, and the keyring holds only ${other.id}: put key ${one.id} back`,
  );
});

it('a key of the same name but other bytes opens nothing', () => {
  const sealed = keyring([{ ...one, id: 'k' }]).seal('text', 'p');
  expect(() => keyring([{ ...other, id: 'k' }]).open(sealed, 'p')).toThrow('key k is another');
});

it('reads keys as they are written, with names and remarks or without', () => {
  const [a, b] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64url')];
  const keys = secretKeys(`# the new one\n2026b:${a}\n\n${b},\n`, 'x');
  expect(keys.map(({ id }) => id)).toEqual(['2026b', expect.stringMatching(/^[0-9a-f]{8}$/)]);
  expect(keys.map(({ bytes }) => bytes.toString('base64url'))).toEqual([
    Buffer.from(a, 'base64').toString('base64url'),
    b,
  ]);
  expect(secretKeys(writtenKeys([one, other]), 'x')).toEqual([one, other]);
});

it('refuses what is no key, a weak one, and two of one name, without a word of them', () => {
  const good = one.bytes.toString('base64');
  const refusal = (text: string): string => {
    try {
      secretKeys(text, 'LCM_SECRET_KEY');
    } catch (error) {
      return String(error);
    }
    return 'taken';
  };
  expect(refusal(' ')).toContain('LCM_SECRET_KEY holds no key');
  expect(refusal('hunter2hunter2')).toContain('key 1 of LCM_SECRET_KEY must be 32 random bytes in base64');
  expect(refusal('hunter2hunter2')).not.toContain('hunter2');
  expect(refusal(`${good},${Buffer.alloc(32).toString('base64')}`)).toContain(
    'key 2 of LCM_SECRET_KEY is weak',
  );
  expect(refusal(`a:${good},a:${other.bytes.toString('base64')}`)).toContain('two keys of the id a');
});
