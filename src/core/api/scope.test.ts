import { expect, it } from 'vitest';
import { auth } from './auth.ts';
import { isEndpoint } from './client.ts';
import { publicContract } from './contract.ts';
import { permittedBy, SCOPES } from './scope.ts';
import { sessions } from './sessions.ts';
import { system } from './system.ts';

it('lets a token without scopes do all that its owner may', () => {
  expect(permittedBy(undefined, sessions.book)).toBe(true);
});

it.each([
  [['sessions:read'], true, false],
  [['sessions:write'], true, true],
  [['all:read'], true, false],
  [['all:write'], true, true],
  [['workers:write'], false, false],
  [[], false, false],
])('lets a token of %j read sessions: %s, and book: %s', (scopes, reads, writes) => {
  expect(permittedBy(scopes, sessions.list)).toBe(reads);
  expect(permittedBy(scopes, sessions.book)).toBe(writes);
});

it('always lets a token ask who it stands for', () => {
  expect(permittedBy([], auth.user)).toBe(true);
  expect(permittedBy([], system.status)).toBe(false);
});

it('covers no tokens, no login and nothing internal, whatever the scopes', () => {
  for (const path of ['/api/v1/access-tokens', '/api/auth/logout', '/api/internal/sessions'])
    expect(permittedBy(SCOPES, { method: 'GET', path, rule: 'self' }), path).toBe(false);
});

it('has a scope for every resource that tokens may be used for', () => {
  const unscoped = Object.entries(publicContract)
    .flatMap(([name, group]) => Object.values(group).map((member) => [name, member] as const))
    .filter(([, member]) => isEndpoint(member) && !permittedBy(['all:write'], member))
    .map(([name]) => name);
  // Whoever holds a token must not make another by it, nor an account, nor log in or out.
  expect([...new Set(unscoped)].sort()).toEqual(['accessTokens', 'accounts', 'auth', 'serviceAccounts']);
});
