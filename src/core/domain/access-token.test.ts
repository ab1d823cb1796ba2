import { expect, it } from 'vitest';
import { accessTokenDecider, type NewAccessToken } from './access-token.ts';
import { evolveAll } from './decider.ts';
import { accessTokenId } from './ids.ts';
import { iso } from './time.ts';

const DAY = 86_400_000;
const now = Date.UTC(2026, 0, 1);
const tokenFor = (days: number): NewAccessToken => ({
  id: accessTokenId.parse('t1'),
  name: 'nightly',
  issuer: 'https://idp',
  subject: 'u-1',
  ownerKey: 'https://idp|u-1',
  username: 'ada',
  roles: ['user'],
  scopes: ['sessions:read'],
  secretHash: 'x',
  expiresAt: iso(now + days * DAY),
});
const made = () =>
  accessTokenDecider.decide(undefined, { type: 'create', token: tokenFor(90), by: 'ada' }, now);

it('is active once it is made, and stays revoked once it is revoked', () => {
  const active = evolveAll(accessTokenDecider, undefined, made());
  expect(active).toMatchObject({ status: 'ACTIVE', createdAt: iso(now), scopes: ['sessions:read'] });
  const events = accessTokenDecider.decide(active, { type: 'revoke', by: 'root' }, now + DAY);
  const revoked = evolveAll(accessTokenDecider, active, events);
  expect(revoked).toMatchObject({ status: 'REVOKED', revokedAt: iso(now + DAY), revokedBy: 'root' });
  expect(accessTokenDecider.decide(revoked, { type: 'revoke', by: 'ada' }, now + 2 * DAY)).toEqual([]);
});

it.each([0, -1, 366])('cannot live %d days', (days) => {
  const make = () =>
    accessTokenDecider.decide(undefined, { type: 'create', token: tokenFor(days), by: 'ada' }, now);
  expect(make).toThrow(/365 days at most/);
});

it('is made once, and cannot be revoked before', () => {
  const active = evolveAll(accessTokenDecider, undefined, made());
  const again = { type: 'create' as const, token: tokenFor(90), by: 'eve' };
  expect(() => accessTokenDecider.decide(active, again, now)).toThrow(/exists already/);
  expect(() => accessTokenDecider.decide(undefined, { type: 'revoke', by: 'ada' }, now)).toThrow(/no such/);
});
