import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { Refusal, type RefusalCode } from '@lcm/core/domain/refusal.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { environmentSecrets } from './environment-secrets.ts';
import { fileSecrets } from './file-secrets.ts';
import { referencedSecrets } from './referenced-secrets.ts';
import { rememberedSecrets } from './remembered-secrets.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lcm-secrets-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function refused(work: Promise<unknown>, code: RefusalCode): Promise<string> {
  const error = await work.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(Refusal);
  expect(error).toMatchObject({ code });
  return String(error);
}

/** Writes a file of that mode, whatever the umask. */
async function written(name: string, text: string, mode = 0o600): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

it('takes a secret from the environment, and says which variable is missing', async () => {
  const secrets = referencedSecrets({ env: environmentSecrets({ SMTP: 'hunter2', EMPTY: '' }) });
  expect(await secrets.get('env:SMTP')).toBe('hunter2');
  expect(await refused(secrets.get('env:OTHER'), 'notFound')).toContain('OTHER');
  await refused(secrets.get('env:EMPTY'), 'notFound');
});

it('takes a secret from a file, as it is now, without the end of its line', async () => {
  const secrets = referencedSecrets({ file: fileSecrets() });
  const path = await written('smtp', 'hunter2\n');
  expect(await secrets.get(`file:${path}`)).toBe('hunter2');
  await writeFile(path, 'hunter3');
  expect(await secrets.get(`file:${path}`)).toBe('hunter3');
  await symlink(path, join(folder, 'link'));
  expect(await secrets.get(`file:${join(folder, 'link')}`)).toBe('hunter3');
});

it('refuses a file that others may read or change, with what to do', async () => {
  const secrets = referencedSecrets({ file: fileSecrets() });
  for (const mode of [0o644, 0o604, 0o620, 0o660, 0o777]) {
    const said = await refused(secrets.get(`file:${await written('open', 'hunter2', mode)}`), 'unavailable');
    expect(said).toMatch(/mode 0\d{3}.*chmod/);
    expect(said).not.toContain('hunter2');
  }
  for (const mode of [0o400, 0o600, 0o440, 0o640])
    expect(await secrets.get(`file:${await written('private', 'hunter2', mode)}`)).toBe('hunter2');
});

it('refuses what is no file, holds nothing, or is too long to be a secret', async () => {
  const secrets = referencedSecrets({ file: fileSecrets() });
  await refused(secrets.get(`file:${join(folder, 'none')}`), 'notFound');
  await refused(secrets.get(`file:${folder}`), 'unavailable');
  await refused(secrets.get(`file:${await written('empty', '\n')}`), 'notFound');
  await refused(secrets.get(`file:${await written('long', 'x'.repeat(70_000))}`), 'unavailable');
});

it('a source that is limited to a folder gives nothing from elsewhere', async () => {
  const inside = join(folder, 'inside');
  await mkdir(inside);
  await written('inside/a', 'mine');
  await written('b', 'theirs');
  const secrets = referencedSecrets({ file: fileSecrets(inside) });
  expect(await secrets.get('file:a')).toBe('mine');
  expect(await secrets.get(`file:${inside}/a`)).toBe('mine');
  for (const name of [`${folder}/b`, '../b', `${inside}/../b`, `${inside}x`])
    await refused(secrets.get(`file:${name}`), 'forbidden');
});

it('never repeats what was given in place of a reference: it may be the secret', async () => {
  const secrets = referencedSecrets({ env: environmentSecrets({}) });
  expect(await refused(secrets.get('hunter2'), 'invalid')).not.toContain('hunter2');
  expect(await refused(secrets.get('aws-sm:name'), 'notFound')).toContain('aws-sm');
});

it('asks once for many, takes up a new value soon, and bridges a source that is silent for a while', async () => {
  const clock = new VirtualClock();
  let answer: string | Refusal = 'one';
  let asked = 0;
  const source = {
    get: async () => {
      asked += 1;
      if (typeof answer === 'string') return answer;
      throw answer;
    },
  };
  const secrets = rememberedSecrets(source, clock, { freshMs: 1_000, staleMs: 10_000 });
  expect(await Promise.all([secrets.get('env:A'), secrets.get('env:A')])).toEqual(['one', 'one']);
  expect(asked).toBe(1);
  answer = 'two';
  await clock.advance(999);
  expect(await secrets.get('env:A')).toBe('one');
  await clock.advance(1);
  expect(await secrets.get('env:A')).toBe('two');
  answer = new Refusal('unavailable', 'silent');
  await clock.advance(9_000);
  expect(await secrets.get('env:A')).toBe('two');
  await clock.advance(1_000);
  await refused(secrets.get('env:A'), 'unavailable');
  answer = 'three';
  expect(await secrets.get('env:A')).toBe('three');
  answer = new Refusal('notFound', 'gone');
  await clock.advance(1_000);
  await refused(secrets.get('env:A'), 'notFound');
});
