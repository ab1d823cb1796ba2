import { mkdtempSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MemoryPersonStore } from '../memory/memory-person-store.ts';
import { keyring } from '../secrets/keyring.ts';
import { newSecretKey } from '../secrets/secret-key.ts';
import { openSqliteAudit } from '../sql/sqlite-audit-log.ts';
import { openAuditKeys } from './audit-keys.ts';
import type { PersonStore } from './person-store.ts';

const ADA = 'account:https://idp|u-1';

for (const [name, open] of [
  ['memory', () => ({ persons: new MemoryPersonStore() as PersonStore, close: () => {} })],
  ['SQLite', () => openSqliteAudit(join(mkdtempSync(join(tmpdir(), 'lcm-keys-')), 'audit.sqlite'))],
] as const)
  describe(`the keys of the audit in ${name}`, () => {
    const ring = keyring([newSecretKey()]);

    it('open what they sealed, after a restart too, and only at its place', async () => {
      const { persons, close } = open();
      const before = await openAuditKeys(persons, ring);
      const fields = await before.seal([ADA, 'username:ada'], 'ada lives here', 'entry-1');
      expect(JSON.stringify(fields)).not.toContain('ada');
      const keys = await openAuditKeys(persons, ring);
      expect(await keys.open(fields, 'entry-1')).toBe('ada lives here');
      await expect(keys.open(fields, 'entry-2')).rejects.toMatchObject({ code: 'unavailable' });
      expect(keys.mark('text')).toBe(before.mark('text'));
      close();
    });

    it('know one person by several names, and forget them by any', async () => {
      const { persons, close } = open();
      const keys = await openAuditKeys(persons, ring);
      const ada = await keys.seal([ADA, 'username:ada'], 'x', 'p');
      expect((await keys.seal([ADA], 'y', 'p')).person).toBe(ada.person);
      const bo = await keys.seal(['account:https://idp|u-2', 'username:bo'], 'z', 'p');
      expect(bo.person).not.toBe(ada.person);
      expect((await keys.namesakes('username:ada')).sort()).toEqual([ADA, 'username:ada']);
      expect(await keys.forget('username:ada')).toBe(1);
      expect(await keys.forget('username:ada')).toBe(0);
      expect(await keys.open(ada, 'p')).toBeUndefined();
      expect(await keys.namesakes(ADA)).toEqual([]);
      expect(await keys.open(bo, 'p')).toBe('z');
      // Who comes again is another person.
      expect((await keys.seal([ADA], 'again', 'p')).person).not.toBe(ada.person);
      close();
    });

    it('prove what they wrote, to nobody who has not the keyring', async () => {
      const { persons, close } = open();
      const keys = await openAuditKeys(persons, ring);
      const proof = keys.prove('text', 'head');
      expect(keys.isProven('text', 'head', proof)).toBe(true);
      expect(keys.isProven('other', 'head', proof)).toBe(false);
      expect(keys.isProven('text', 'elsewhere', proof)).toBe(false);
      expect(keys.isProven('text', 'head', 'made up')).toBe(false);
      await expect(openAuditKeys(persons, keyring([newSecretKey()]))).rejects.toMatchObject({
        code: 'unavailable',
      });
      close();
    });
  });

it('a key that was destroyed is not in the file any more', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lcm-keys-'));
  const file = join(folder, 'audit.sqlite');
  const { persons, close } = openSqliteAudit(file);
  const keys = await openAuditKeys(persons, keyring([newSecretKey()]));
  const { person } = await keys.seal([ADA], 'x', 'p');
  const wrapped = (await persons.get(person))?.key ?? 'none';
  const bytes = async () => `${await readFile(file, 'latin1')}${await readFile(`${file}-wal`, 'latin1')}`;
  expect(await bytes()).toContain(wrapped);
  await keys.forget(ADA);
  expect(await bytes()).not.toContain(wrapped);
  close();
  await rm(folder, { recursive: true });
});
