import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openAuditKeys } from '../audit/audit-keys.ts';
import { keyring } from '../secrets/keyring.ts';
import { reseal } from '../secrets/reseal.ts';
import { newSecretKey } from '../secrets/secret-key.ts';
import { openSqliteAudit } from './sqlite-audit-log.ts';

it('an audit whose keys were rotated opens and proves everything as before, with the new key alone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lcm-audit-'));
  const { log, persons, sealedTexts, close } = openSqliteAudit(join(folder, 'audit.sqlite'));
  const [old, next] = [newSecretKey(), newSecretKey()];
  const before = await openAuditKeys(persons, keyring([old]));
  const fields = await before.seal(['account:idp|ada'], 'Ada', 'row-1');
  const [day, at] = ['2026-03-01', '2026-03-02T00:00:00.000Z'];
  const proof = before.prove('of the day', `seal/${day}`);
  await log.addSeal({ day, firstPlace: 1, lastPlace: 1, root: 'r', previousRoot: '', sealedAt: at, proof });
  await log.drop(day, { at, proof: before.prove('of its end', `dropped/${day}`) });
  await log.putNote(
    'head',
    JSON.stringify({ place: 1, hash: 'h', proof: before.prove('of the end', 'head') }),
  );

  expect(await reseal(sealedTexts(), keyring([next, old]))).toMatchObject({
    resealed: 5,
    failed: new Map(),
    keysInUse: new Set([next.id]),
  });
  const after = await openAuditKeys(persons, keyring([next]));
  expect(await after.open(fields, 'row-1')).toBe('Ada');
  expect(await after.namesakes('account:idp|ada')).toEqual(['account:idp|ada']);
  const [seal] = await log.seals();
  expect(after.isProven('of the day', `seal/${day}`, seal?.proof ?? '')).toBe(true);
  expect(after.isProven('of its end', `dropped/${day}`, seal?.dropped?.proof ?? '')).toBe(true);
  const head = JSON.parse((await log.note('head')) ?? '');
  expect(head).toMatchObject({ place: 1, hash: 'h' });
  expect(after.isProven('of the end', 'head', head.proof)).toBe(true);
  close();
  await rm(folder, { recursive: true });
});
