import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openScene, type Scene } from './access-scene.ts';
import { aimsOf, isRecord, OPERATIONS, requestFor } from './operations.ts';
import type { Persona } from './personas.ts';

// What of the OWASP API Security Top 10 2023 is tried here; docs/security.md says where the rest is.

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
  scene.freeze();
});
afterAll(() => scene.stop());

const ask = (
  persona: Persona,
  url: string,
  more: { method?: string; headers?: Record<string, string> } = {},
) =>
  scene.plane.app.inject({
    method: (more.method ?? 'GET') as 'GET',
    url,
    headers: { ...scene.personas[persona].headers, ...more.headers },
  });

/** A problem without what tells one request from another. */
function problemOf(payload: string, id: string): unknown {
  const { correlationId: _, ...problem } = JSON.parse(payload);
  return JSON.parse(JSON.stringify(problem).replaceAll(id, '<id>'));
}

describe('API1, broken object level authorization', () => {
  it('tells nobody whether what they may not see is there', async () => {
    for (const path of ['/api/v1/sessions', '/api/v1/score-reports']) {
      const there = scene.things[path]?.['others'] ?? '';
      const [hidden, missing] = [
        await ask('candidate', `${path}/${there}`),
        await ask('candidate', `${path}/s-none`),
      ];
      expect([hidden.statusCode, missing.statusCode]).toEqual([404, 404]);
      expect(problemOf(hidden.payload, there)).toEqual(problemOf(missing.payload, 's-none'));
    }
  });

  it('gives out ids that nobody guesses', () => {
    const ids = Object.values(scene.things['/api/v1/sessions'] ?? {});
    for (const id of ids) expect(id).toMatch(/^s-[0-9a-z]{12}$/);
  });
});

describe('API3, broken object property level authorization', () => {
  const taking = OPERATIONS.filter(
    ({ rule, body }) =>
      rule !== 'service' && body?.contentType === 'application/json' && isRecord(body.example),
  );

  it.each(taking)('$name takes no field beside its own', async (operation) => {
    const extra = { roles: ['admin'], ownerKey: 'x', bookedBy: 'x', version: 99, isAdmin: true };
    const [aim = { whose: 'anybody’s' }] = aimsOf(operation, scene);
    const { headers, payload = '{}', ...request } = requestFor(operation, aim, scene);
    for (const [field, value] of Object.entries(extra)) {
      const told = JSON.parse(payload);
      // Accounts do have roles, which admins give.
      if (field in told || (field === 'roles' && /^(?:service)?accounts\./i.test(operation.name))) continue;
      const answer = await scene.plane.app.inject({
        ...request,
        payload: JSON.stringify({ ...told, [field]: value }),
        headers: { ...headers, ...scene.personas.admin.headers },
      });
      expect([field, answer.statusCode]).toEqual([field, 400]);
    }
  });
});

describe('API4, unrestricted resource consumption', () => {
  it('lists no more than a page of a thousand', async () => {
    expect((await ask('admin', '/api/v1/sessions?limit=1001')).statusCode).toBe(400);
  });

  it('lets who is nobody in particular ask once in a minute', async () => {
    const asked = async () => (await ask('nobody in particular', '/api/v1/sessions')).statusCode;
    expect([await asked(), await asked()]).toEqual([403, 429]);
  });
});

describe('API5, broken function level authorization', () => {
  const overrides = ['x-http-method-override', 'x-http-method', 'x-method-override'];

  it.each(overrides)('%s makes no other request of a request', async (header) => {
    const url = '/api/v1/worker-templates/small-us-west-2';
    const answer = await ask('user', url, { headers: { [header]: 'DELETE' } });
    expect([answer.statusCode, answer.json().id]).toEqual([200, 'small-us-west-2']);
  });

  it('a request by another verb is none, whatever the path', async () => {
    for (const method of ['DELETE', 'PUT', 'PATCH'])
      expect((await ask('user', '/api/v1/sessions', { method })).statusCode).toBeGreaterThanOrEqual(404);
  });

  const ways = [
    '/api/internal/sessions/',
    '//api/internal/sessions',
    '/api//internal/sessions',
    '/API/INTERNAL/sessions',
    '/api/v1/../internal/sessions',
    '/api/v1/%2e%2e/internal/sessions',
    '/api/internal%2fsessions',
    '/api/internal/sessions;x=1',
    '/api/internal/sessions?role=controller',
  ];

  it.each(ways)('%s leads no admin to what is for services', async (url) => {
    const answer = await ask('admin', url, { headers: { 'x-lcm-service': 'lablet-controller' } });
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
  });
});

describe('API9, improper inventory management', () => {
  /** What browsers, not programs, ask for: the page, the readable documents. */
  const BESIDE = /^(?:\/|\*|\/index\.html|\/assets\/.*|\/api\/docs.*)$/;

  it('has no route that its documents do not tell of', async () => {
    const told = new Set<string>();
    for (const document of ['/api/openapi.json', '/api/internal/openapi.json'])
      for (const [path, item] of Object.entries<object>((await ask('admin', document)).json().paths))
        for (const method of Object.keys(item)) told.add(`${method.toUpperCase()} ${path}`);
    const untold = routesOf(scene.plane.app.printRoutes({ commonPrefix: false }))
      .filter(({ method }) => !['HEAD', 'OPTIONS'].includes(method))
      .filter(({ path }) => !BESIDE.test(path))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
      .filter((route) => !told.has(route));
    expect(told.size).toBeGreaterThan(100);
    expect(untold).toEqual([]);
  });
});

it('the page of all ten names only tests that there are', async () => {
  const page = await readFile('docs/security.md', 'utf8');
  const named = [...new Set(page.match(/(?:src|tests)\/[\w./-]+\.ts/g))];
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((file) => !existsSync(file))).toEqual([]);
});

/** Routes as Fastify prints them: a tree, each line with its part of the path and its methods. */
function routesOf(tree: string): { method: string; path: string }[] {
  const parts: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', part = '', methods] = /^([│├└─\s]*)(.*?)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
    const depth = indent.length / 4;
    parts.splice(Math.max(depth - 1, 0), parts.length, part);
    const path = parts.join('');
    return (methods?.split(', ') ?? []).map((method) => ({ method, path }));
  });
}
