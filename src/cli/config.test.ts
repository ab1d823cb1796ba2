import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { configEnvFile, configMarkdown } from './commands/config.ts';
import { readConfig } from './config.ts';

test('without any variable the defaults hold', () => {
  expect(readConfig({ HOME: '/home/someone' })).toMatchObject({
    port: 8020,
    host: '127.0.0.1',
    dataDir: 'data',
  });
});

test('a malformed value is named, with what it was', () => {
  expect(() => readConfig({ LCM_PORT: 'eighty' })).toThrow(/LCM_PORT=eighty/);
});

test('a variable that means nothing stops the start, and those there are are listed', () => {
  expect(() => readConfig({ LCM_PROT: '80' })).toThrow(/LCM_PROT is not a setting.*LCM_PORT/);
});

test('README and .env.example say what the schema says', async () => {
  const root = new URL('../../', import.meta.url);
  expect(await readFile(new URL('README.md', root), 'utf8')).toContain(configMarkdown());
  expect(await readFile(new URL('.env.example', root), 'utf8')).toBe(`${configEnvFile()}\n`);
});
