import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { pinoLog } from './pino-log.ts';

it('a log in a file is for this account alone, and names no secret', () => {
  const root = mkdtempSync(join(tmpdir(), 'lcm-log-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const file = join(root, 'data', 'lcm.log');
  const log = pinoLog({ level: 'info', file });
  log.info(
    { username: 'ada', password: 'marker-of-a-secret', asked: { token: 'marker-of-a-secret' } },
    'done',
  );
  log.flush();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(root, 'data')).mode & 0o777).toBe(0o700);
  expect(readFileSync(file, 'utf8')).toContain('"ada"');
  expect(readFileSync(file, 'utf8')).not.toContain('marker-of-a-secret');
});
