import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ACCESS_RULES } from './access-rule.ts';
import { type Contract, isEndpoint } from './client.ts';
import { contract, publicContract } from './contract.ts';
import type { Endpoint } from './endpoint.ts';

/** Every endpoint with its name in the contract. */
function endpointsOf(part: Contract, prefix = ''): [string, Endpoint][] {
  return Object.entries(part).flatMap(([name, member]): [string, Endpoint][] =>
    isEndpoint(member) ? [[prefix + name, member]] : endpointsOf(member, `${prefix}${name}.`),
  );
}

const all = endpointsOf(contract);
const open = endpointsOf(publicContract);

it('has each method and path once, whatever its parameters are called', () => {
  const routes = all.map(([, { method, path }]) => `${method} ${path.replace(/:\w+/g, ':')}`);
  expect(new Set(routes).size).toBe(routes.length);
  expect(routes.length).toBeGreaterThan(50);
});

it('keeps people and controllers apart', () => {
  for (const [name, { path, roles }] of open) {
    expect(path, name).toMatch(/^\/api\/(v1|auth|tasks)(\/|$)/);
    expect(roles, name).not.toContain('controller');
  }
  for (const [name, { path, roles, rule, services }] of endpointsOf({ internal: contract.internal })) {
    expect(path, name).toMatch(/^\/api\/internal\//);
    expect(roles, name).toEqual(['controller']);
    expect(rule, name).toBe('service');
    expect(services, name).not.toEqual([]);
  }
});

describe.each(all)('%s', (_name, endpoint) => {
  it('declares each parameter of its path, and no other', () => {
    const inPath = [...endpoint.path.matchAll(/:(\w+)/g)].map(([, name]) => name);
    expect(Object.keys(endpoint.params?.shape ?? {}).sort()).toEqual(inPath.sort());
  });

  it('says who may call it, and what it does', () => {
    expect(ACCESS_RULES).toHaveProperty(endpoint.rule);
    expect(endpoint.roles.length === 0).toBe(endpoint.rule === 'public');
    expect(endpoint.summary).toMatch(/^[A-Z].{5,}[^.]$/);
  });

  it('can be told as JSON schema, in both directions', () => {
    for (const schema of [endpoint.params, endpoint.query, endpoint.body])
      if (schema) expect(z.toJSONSchema(schema, { io: 'input' })).toBeTypeOf('object');
    if (endpoint.answer) expect(z.toJSONSchema(endpoint.answer, { io: 'output' })).toBeTypeOf('object');
  });

  it('answers 204 with nothing, and anything else with something', () => {
    expect(endpoint.status === 204).toBe(endpoint.answer === undefined);
  });

  it('takes a body only where it changes something, and not to delete it', () => {
    if (endpoint.body) expect(['POST', 'PUT', 'PATCH']).toContain(endpoint.method);
    if (endpoint.idempotencyKey) expect(endpoint.method).toBe('POST');
    if (endpoint.ifMatch) expect(endpoint.refusals).toContain('staleVersion');
  });

  it('may find nothing where its path names something', () => {
    if (endpoint.path.includes('/:id') && endpoint.method === 'GET')
      expect(endpoint.refusals).toContain('notFound');
  });
});

it('lets no candidate change more than the own session, and what is about the candidate alone', () => {
  const may = open.filter(
    ([, { method, roles, rule }]) => method !== 'GET' && rule !== 'self' && roles.includes('candidate'),
  );
  expect(may.map(([name]) => name)).toEqual(['sessions.collect']);
});
