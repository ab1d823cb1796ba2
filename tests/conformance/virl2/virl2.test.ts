import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { type StandaloneCml, startStandaloneCml } from '@lcm/simulator/cml/standalone.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const python = 'build/venv/virl2/bin/python';
const here = import.meta.dirname;
const missing = existsSync(python)
  ? undefined
  : `there is no ${python}: scripts/virl2-venv.sh makes it where python3 is installed`;

describe("Cisco's own client library, virl2-client 2.9.1", () => {
  let cml: StandaloneCml;
  beforeAll(async () => {
    cml = await startStandaloneCml({
      port: 0,
      consoles: false,
      delays: { nodeBootMs: 400, labStopMs: 100, licenceMs: 200 },
    });
  });
  afterAll(() => cml.close());

  test('does its whole round against the simulated server', { timeout: 120_000 }, async ({ skip }) => {
    if (missing !== undefined && process.env['CI'] !== 'true') skip(missing);
    expect(missing).toBeUndefined();
    const fixtures = ['branch-office.yaml', 'first-release.yaml'].map((name) => `${here}/fixtures/${name}`);
    const { stdout } = await promisify(execFile)(python, [
      `${here}/round.py`,
      cml.url,
      'admin',
      'admin',
      ...fixtures,
    ]);
    expect(stdout.trim().split('\n').at(-1)).toBe('round complete');
    expect(stdout.match(/^ok: stop, wipe and remove$/gm)).toHaveLength(fixtures.length);
  });
});
