import { expect, it } from 'vitest';
import { personOf } from './person-claims.ts';

const ISSUER = 'https://idp.example/';

it('takes name, roles, department and groups from the claims', () => {
  const claims = {
    sub: 's-1',
    username: 'ann',
    roles: ['user', 'manager'],
    department: 'ops',
    groups: ['/a'],
  };
  expect(personOf(ISSUER, claims)).toEqual({
    issuer: ISSUER,
    subject: 's-1',
    username: 'ann',
    roles: ['manager', 'user'],
    department: 'ops',
    groups: ['/a'],
    knownAs: { ids: ['s-1'] },
  });
});

it('takes from the claims as whom bookings may know somebody: by ids, and by an address that was verified', () => {
  const known = (claims: object) => personOf(ISSUER, { sub: 's-1', ...claims }).knownAs;
  expect(known({ user_id: 'u-1' })).toEqual({ ids: ['s-1', 'u-1'] });
  const email = 'Ann@Example.com';
  expect(known({ email, email_verified: true })).toEqual({ ids: ['s-1'], email: 'ann@example.com' });
  for (const email_verified of [undefined, false, 'true', 1])
    expect(known({ email, email_verified })).toEqual({ ids: ['s-1'] });
});

it('takes roles from where Keycloak has them, and names from where the standard has them', () => {
  const claims = {
    sub: 's-1',
    preferred_username: 'ann',
    realm_access: { roles: ['admin', 'offline_access'] },
  };
  expect(personOf(ISSUER, claims)).toMatchObject({ username: 'ann', roles: ['admin'] });
});

it('never makes a person one of the services', () => {
  expect(personOf(ISSUER, { sub: 's-1', roles: ['controller', 'event-source'] }).roles).toEqual([]);
});

it('knows who acts for somebody else', () => {
  const claims = { sub: 's-1', username: 'ann', act: { sub: 's-2', username: 'root' } };
  expect(personOf(ISSUER, claims).impersonator).toEqual({ issuer: ISSUER, subject: 's-2', username: 'root' });
});

it('takes what is malformed for not said, but needs a subject', () => {
  const claims = { sub: 's-1', username: 7, roles: 'admin', groups: [1], act: 'root' };
  expect(personOf(ISSUER, claims)).toEqual({
    issuer: ISSUER,
    subject: 's-1',
    username: 's-1',
    roles: [],
    groups: [],
    knownAs: { ids: ['s-1'] },
  });
  expect(() => personOf(ISSUER, { username: 'ann' })).toThrow();
});
