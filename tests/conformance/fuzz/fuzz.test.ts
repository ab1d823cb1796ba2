import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openSqliteStore } from '@lcm/adapters/sql/sqlite-store.ts';
import type { Caller } from '@lcm/control-plane-api/auth/caller.ts';
import { TestIssuer } from '@lcm/control-plane-api/auth/login/issuer.fixture.ts';
import { SECRET, startTestPlane, type TestPlane } from '@lcm/control-plane-api/control-plane.fixture.ts';
import { localCallers } from '@lcm/control-plane-api/local-callers.fixture.ts';
import { sceneOn } from '@lcm/control-plane-api/scene.fixture.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

const command = resolve('build/venv/schemathesis/bin/schemathesis');
const here = import.meta.dirname;
/** Requests of each run, at least; a long run is asked for by `FUZZ_REQUESTS=20000`. */
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 1_000);
/** Examples of each operation that come to as many: some 9,000 requests are made without any, 95 more with each. */
const EXAMPLES = Math.max(3, Math.ceil((REQUESTS - 9_000) / 90));
/** Tens of requests a second, on a machine that does other things too. */
const TIMEOUT_MS = 300_000 + REQUESTS * 100;
const missing = existsSync(command)
  ? undefined
  : 'there is no build/venv/schemathesis: scripts/schemathesis-venv.sh makes it where python3 is installed';

describe('the API, fuzzed with schemathesis 4.32.5', () => {
  const store = openSqliteStore(':memory:');
  const callers = localCallers(SECRET);
  let on: TestPlane;
  let issuer: TestIssuer;
  let folder: string;
  let url: string;
  beforeAll(async () => {
    issuer = await TestIssuer.start(() => Date.now());
    on = await startTestPlane({
      parts: {
        login: {
          issuer: {
            issuer: () => issuer.url,
            clientId: 'lcm-page',
            clientSecret: 'page-secret',
            fetch: (to, init) => fetch(to, init),
          },
          publicUrl: () => new URL(url),
        },
      },
      seenStore: () => store,
      authenticate: async (credentials) => {
        const { authorization } = credentials.headers;
        const caller = PEOPLE.get(String(authorization));
        if (caller) return caller;
        // Those of the fixture are the administrator without a credential; nobody is here.
        if (!inFurnishing && authorization !== `Bearer ${SECRET}`)
          throw new Refusal('unauthenticated', 'no token that is known was sent');
        return callers(credentials);
      },
    });
    folder = await mkdtemp(join(tmpdir(), 'lcm-fuzz-'));
    inFurnishing = true;
    await furnish(on);
    inFurnishing = false;
    url = await on.plane.app.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(async () => {
    await on.stop();
    await issuer.stop();
    await store.close();
    await rm(folder, { recursive: true });
  });

  beforeEach(({ skip }) => {
    if (missing !== undefined && process.env['CI'] !== 'true') skip(missing);
    expect(missing).toBeUndefined();
  });

  test.each([
    { path: '/api/openapi.json', who: 'an admin', token: 'admin' },
    { path: '/api/openapi.json', who: 'a user', token: 'user' },
    { path: '/api/internal/openapi.json', who: 'the controllers', token: SECRET },
  ])('does for $who as its OpenAPI document says', { timeout: TIMEOUT_MS + 20_000 }, async (run) => {
    const { status, output } = await schemathesis(folder, `${url}${run.path}`, run.token);
    expect(status, output).toBe(0);
    // It has asked: a document without operations would pass too.
    expect(Number(/(\d+) generated/.exec(output)?.[1])).toBeGreaterThan(REQUESTS);
  });
});

/** People as they are known here: by the name of their role, as a token. */
const PEOPLE: ReadonlyMap<string, Caller> = new Map(
  (['admin', 'user'] as const).map((role) => [
    `Bearer ${role}`,
    { issuer: 'fuzz', subject: role, username: role, roles: [role] },
  ]),
);
let inFurnishing = false;

/** Puts something of each kind there, so that not every request ends at a 404. */
async function furnish(on: TestPlane): Promise<void> {
  const scene = sceneOn(on);
  await scene.definition();
  const worker = await scene.worker();
  await scene.makeRun(worker.id);
  const [first] = [await scene.book(1), await scene.book(3)];
  await scene.place(first, worker.id);
  await scene.makeReady(first, worker.id);
  const { requestsPerMinute } = await on.admin.settings.get();
  const unlimited = Object.fromEntries(Object.keys(requestsPerMinute).map((role) => [role, null]));
  await on.admin.settings.change({ body: { requestsPerMinute: unlimited } });
}

/** Runs it to its end. Whatever it keeps is kept in the folder. */
async function schemathesis(
  folder: string,
  document: string,
  token: string,
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
    // The built-in identity provider is not here; what it answers is OpenID Connect's.
    '--exclude-path-regex',
    '^/oidc/',
    '--header',
    `Authorization: Bearer ${token}`,
    '--max-examples',
    String(EXAMPLES),
  ];
  const env = { ...process.env, PYTHONPATH: here, SCHEMATHESIS_HOOKS: 'hooks', PYTHONDONTWRITEBYTECODE: '1' };
  return new Promise((settle) => {
    execFile(
      command,
      [...given, '--checks', 'all', '--phases', phases],
      { cwd: folder, env, timeout: TIMEOUT_MS, maxBuffer: 50_000_000 },
      (error, stdout, stderr) =>
        settle({ status: error ? (error.code ?? 'killed') : 0, output: `${stdout}\n${stderr}` }),
    );
  });
}
