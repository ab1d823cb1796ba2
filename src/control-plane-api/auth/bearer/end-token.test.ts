import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../../control-plane.fixture.ts';
import { authenticateBy } from '../caller.ts';
import { issuerAndDoor } from './issuer.fixture.ts';

describe('DELETE /api/auth/token', () => {
  let idp: Awaited<ReturnType<typeof issuerAndDoor>>;
  let on: TestPlane;
  beforeEach(async () => {
    idp = await issuerAndDoor();
    on = await startTestPlane({
      authenticate: authenticateBy([idp.way]),
      parts: { clock: idp.clock, endToken: (token) => idp.revocations.revoke(token) },
    });
  });
  afterEach(() => on.stop());

  const ask = async (method: 'GET' | 'DELETE', path: string, token: string) =>
    (await on.plane.app.inject({ method, url: path, headers: { authorization: `Bearer ${token}` } }))
      .statusCode;

  it.each([
    ['a number of its own', []],
    ['none', ['jti', 'sid']],
  ])('ends the token that it is sent with, which has %s, and no other', async (_, without) => {
    const token = await idp.token({ without });
    const other = await idp.token({ without, claims: { jti: 'other' } });
    const same = await idp.token({ without, claims: { nonce: 'another' } });
    expect(await ask('DELETE', '/api/auth/token', token)).toBe(204);
    expect(await ask('GET', '/api/auth/user', token)).toBe(401);
    expect(await ask('DELETE', '/api/auth/token', token)).toBe(401);
    expect(await ask('GET', '/api/auth/user', without.length > 0 ? same : other)).toBe(200);
  });
});
