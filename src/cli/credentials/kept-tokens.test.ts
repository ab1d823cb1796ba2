import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openKeptTokens } from './kept-tokens.ts';

function tokensInFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'lcm-tokens-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return openKeptTokens({ XDG_CONFIG_HOME: folder });
}

it('keeps one token for each control plane, whatever the path of its URL', () => {
  const tokens = tokensInFolder();
  tokens.put('http://localhost:8020', { token: 'a', username: 'ada' });
  tokens.put('https://lcm.example.com/x', { token: 'b', username: 'ben', expiresAt: 100 });
  expect(tokens.get('http://localhost:8020/', 0)?.token).toBe('a');
  expect(tokens.get('https://lcm.example.com', 99)?.token).toBe('b');
  expect(tokens.get('http://localhost:8021', 0)).toBeUndefined();
});

it('gives none whose time is over, and none that was removed', () => {
  const tokens = tokensInFolder();
  tokens.put('http://one', { token: 'a', username: 'ada', expiresAt: 100 });
  expect(tokens.get('http://one', 100)).toBeUndefined();
  expect(tokens.remove('http://one')).toBe(true);
  expect(tokens.remove('http://one')).toBe(false);
});

it('is for the eyes of its user only, whatever the file was before', () => {
  const tokens = tokensInFolder();
  tokens.put('http://one', { token: 'a', username: 'ada' });
  chmodSync(tokens.file, 0o644);
  tokens.put('http://two', { token: 'b', username: 'ada' });
  expect(statSync(tokens.file).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(tokens.file, 'utf8'))).toHaveProperty(['http://one', 'token'], 'a');
});

it('takes a file of another shape for an empty one', () => {
  const tokens = tokensInFolder();
  tokens.put('http://one', { token: 'a', username: 'ada' });
  writeFileSync(tokens.file, '{"http://one": "a"}');
  expect(tokens.get('http://one', 0)).toBeUndefined();
});
