import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openSqliteStore } from '@lcm/adapters/sql/sqlite-store.ts';
import type { Authenticate } from '@lcm/control-plane-api/auth/caller.ts';
import { SECRET, startTestPlane, type TestPlane } from '@lcm/control-plane-api/control-plane.fixture.ts';
import { localCallers } from '@lcm/control-plane-api/local-callers.fixture.ts';
import { sceneOn } from '@lcm/control-plane-api/scene.fixture.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

const command = resolve('build/venv/schemathesis/bin/schemathesis');
const here = import.meta.dirname;
const missing = existsSync(command)
  ? undefined
  : 'there is no build/venv/schemathesis: scripts/schemathesis-venv.sh makes it where python3 is installed';

describe('the API, fuzzed with schemathesis 4.32.5', () => {
  const store = openSqliteStore(':memory:');
  const callers = localCallers(SECRET);
  const withToken: Authenticate = async (credentials) => {
    const { authorization } = credentials.headers;
    if (authorization === undefined) throw new Refusal('unauthenticated', 'no token was sent');
    return callers(credentials);
  };
  let door = callers;
  let on: TestPlane;
  let folder: string;
  let url: string;
  beforeAll(async () => {
    on = await startTestPlane({ seenStore: () => store, authenticate: (credentials) => door(credentials) });
    folder = await mkdtemp(join(tmpdir(), 'lcm-fuzz-'));
    await furnish(on);
    url = await on.plane.app.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(async () => {
    await on.stop();
    await store.close();
    await rm(folder, { recursive: true });
  });

  beforeEach(({ skip }) => {
    if (missing !== undefined && process.env['CI'] !== 'true') skip(missing);
    expect(missing).toBeUndefined();
  });

  test.each([
    {
      path: '/api/openapi.json',
      who: 'people and integrators',
      atLeast: 1_000,
      door: callers,
      headers: [],
    },
    {
      path: '/api/internal/openapi.json',
      who: 'the controllers',
      atLeast: 1_000,
      door: withToken,
      headers: ['--header', `Authorization: Bearer ${SECRET}`],
    },
  ])('does for $who as its OpenAPI document says', { timeout: 320_000 }, async (document) => {
    door = document.door;
    const { status, output } = await schemathesis(folder, `${url}${document.path}`, document.headers);
    expect(status, output).toBe(0);
    // It has asked: a document without operations would pass too.
    expect(Number(/(\d+) generated/.exec(output)?.[1])).toBeGreaterThan(document.atLeast);
  });
});

/** Puts something of each kind there, so that not every request ends at a 404. */
async function furnish(on: TestPlane): Promise<void> {
  const scene = sceneOn(on);
  await scene.definition();
  const worker = await scene.worker();
  await scene.makeRun(worker.id);
  const [first] = [await scene.book(1), await scene.book(3)];
  await scene.place(first, worker.id);
  await scene.makeReady(first, worker.id);
}

/** Runs it to its end. Whatever it keeps is kept in the folder. */
async function schemathesis(
  folder: string,
  document: string,
  headers: readonly string[],
): Promise<{ status: number | string; output: string }> {
  const phases = 'examples,coverage,fuzzing,stateful';
  const given = [
    '--config-file',
    `${here}/schemathesis.toml`,
    '--no-color',
    'run',
    document,
    '--exclude-path',
    '/api/events/stream',
  ];
  const env = { ...process.env, PYTHONPATH: here, SCHEMATHESIS_HOOKS: 'hooks', PYTHONDONTWRITEBYTECODE: '1' };
  return new Promise((settle) => {
    execFile(
      command,
      [...given, ...headers, '--checks', 'all', '--phases', phases],
      { cwd: folder, env, timeout: 300_000, maxBuffer: 50_000_000 },
      (error, stdout, stderr) =>
        settle({ status: error ? (error.code ?? 'killed') : 0, output: `${stdout}\n${stderr}` }),
    );
  });
}
