import { createHmac } from 'node:crypto';
import { exportSPKI, importJWK, UnsecuredJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { AUDIENCE, ISSUER, issuerAndDoor, signingKey } from './issuer.fixture.ts';

let on: Awaited<ReturnType<typeof issuerAndDoor>>;
beforeEach(async () => {
  on = await issuerAndDoor();
});

const seconds = () => Math.floor(on.clock.now() / 1_000);
const refused = (message: RegExp) => ({ code: 'unauthenticated', message: expect.stringMatching(message) });

describe('who a token tells of', () => {
  it('is its subject, with the roles, department and groups that it says', async () => {
    const token = await on.token({ claims: { roles: ['user', 'barista'], groups: ['/blue'] } });
    expect(await on.ask(token)).toMatchObject({
      issuer: ISSUER,
      subject: 'u-1',
      username: 'ada',
      roles: ['user'],
      department: 'Networks',
      groups: ['/blue'],
      credential: { type: 'bearer', id: `t-${seconds()}` },
    });
  });

  it('has the roles that Keycloak puts elsewhere', async () => {
    const claims = { realm_access: { roles: ['admin', 'offline_access'] }, typ: 'Bearer' };
    const token = await on.token({ claims, without: ['roles'], header: { typ: 'JWT' } });
    expect((await on.ask(token))?.roles).toEqual(['admin']);
  });

  it('is a service with the role for it and a service of ours in the token, and nobody special without', async () => {
    const roles = ['controller', 'admin'];
    const service = await on.ask(await on.token({ claims: { roles, service: 'resource-scheduler' } }));
    expect(service).toMatchObject({
      roles: ['controller'],
      services: ['resource-scheduler'],
      credential: { type: 'service' },
    });
    for (const claims of [{ roles: ['controller'] }, { roles: ['controller'], service: 'barista' }]) {
      const nobody = await on.ask(await on.token({ claims }));
      expect(nobody?.roles).toEqual([]);
      expect(nobody?.services).toBeUndefined();
    }
  });

  it('names the admin who acts as somebody else', async () => {
    const token = await on.token({ claims: { act: { sub: 'u-9', username: 'root' } } });
    expect((await on.ask(token))?.impersonator).toEqual({
      issuer: ISSUER,
      subject: 'u-9',
      username: 'root',
    });
  });

  it('is nobody where no token is sent', async () => {
    expect(await on.way({ method: 'GET', headers: {} })).toBeUndefined();
  });
});

describe('a token is not taken', () => {
  it('from an issuer that is not trusted, for another audience, or of no issuer at all', async () => {
    await expect(on.ask(await on.token({ claims: { iss: 'https://evil.example' } }))).rejects.toMatchObject(
      refused(/issuer is not trusted/),
    );
    await expect(on.ask(await on.token({ claims: { aud: 'page' } }))).rejects.toMatchObject(
      refused(/claim aud/),
    );
    await expect(on.ask(await on.token({ without: ['iss'] }))).rejects.toMatchObject(refused(/issuer/));
  });

  it('before its time, after it, issued in the future, without an end, or living too long', async () => {
    const wishes = [
      { claims: { nbf: seconds() + 120 } },
      { claims: { exp: seconds() - 60 } },
      { claims: { iat: seconds() + 120, exp: seconds() + 300 } },
      { claims: { exp: seconds() + 90_000 } },
      { claims: { iat: seconds() - 90_000 } },
      { without: ['exp'] },
      { without: ['iat'] },
      { without: ['sub'] },
    ];
    for (const wish of wishes)
      await expect(on.ask(await on.token(wish)), JSON.stringify(wish)).rejects.toMatchObject(refused(/./));
  });

  it('half a minute of difference between the clocks is forgiven', async () => {
    expect(await on.ask(await on.token({ claims: { nbf: seconds() + 25 } }))).toBeDefined();
    expect(await on.ask(await on.token({ claims: { exp: seconds() - 25 } }))).toBeDefined();
  });

  it('of another kind: an ID token, a refresh token, one for logout', async () => {
    for (const header of [{ typ: 'logout+jwt' }, { typ: undefined }, { typ: 'secevent+jwt' }])
      await expect(on.ask(await on.token({ header }))).rejects.toMatchObject(refused(/not an access token/));
    for (const typ of ['ID', 'Refresh', 'Logout'])
      await expect(on.ask(await on.token({ claims: { typ }, header: { typ: 'JWT' } }))).rejects.toMatchObject(
        refused(/claim typ/),
      );
  });

  it('without a signature', async () => {
    const token = new UnsecuredJWT({ roles: ['admin'] })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject('u-1')
      .setIssuedAt(seconds())
      .setExpirationTime(seconds() + 300)
      .encode();
    await expect(on.ask(token)).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  it('signed by HMAC with the public key as the secret', async () => {
    const key = await importJWK(on.first.jwk, 'RS256', { extractable: true });
    if (key instanceof Uint8Array) throw new Error('a public key was expected');
    const text = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const [, payload] = (await on.token()).split('.');
    const head = `${text({ alg: 'HS256', kid: 'k1', typ: 'at+jwt' })}.${payload}`;
    const mac = createHmac('sha256', await exportSPKI(key))
      .update(head)
      .digest('base64url');
    await expect(on.ask(`${head}.${mac}`)).rejects.toMatchObject(refused(/signature/));
  });

  it('with one character of it changed, or signed by a stranger with the name of our key', async () => {
    const [head, , signature] = (await on.token()).split('.');
    const other = (await on.token({ claims: { roles: ['admin'] } })).split('.')[1];
    await expect(on.ask(`${head}.${other}.${signature}`)).rejects.toMatchObject(refused(/signature/));
    const stranger = await signingKey('k1');
    await expect(on.ask(await on.token({}, stranger))).rejects.toMatchObject(refused(/signature/));
  });

  it('longer than any that an issuer gives, or none at all', async () => {
    const long = await on.token({ claims: { groups: Array.from({ length: 900 }, (_, n) => `group-${n}`) } });
    await expect(on.ask(long)).rejects.toMatchObject(refused(/longer than 8192/));
    for (const text of ['x', 'a.b.c', 'e30.e30.', 'ä'])
      await expect(on.ask(text)).rejects.toMatchObject({ code: 'unauthenticated' });
    const basic = { method: 'GET', headers: { authorization: 'Basic YTpi' } };
    await expect(on.way(basic)).rejects.toMatchObject(refused(/must be Bearer/));
  });

  it('and no word of it stands in the refusal', async () => {
    const token = await on.token({ claims: { aud: 'page' } });
    const error: unknown = await on.ask(token).catch((refusal: unknown) => refusal);
    expect(String(error)).not.toContain(token.split('.')[2]);
    expect(String(error)).not.toContain('u-1');
  });
});

describe('the keys of the issuer', () => {
  it('are asked for once for many tokens', async () => {
    for (let n = 0; n < 20; n++) await on.ask(await on.token({ claims: { jti: `t-${n}` } }));
    expect(on.issuer.asked).toBe(1);
  });

  it('are asked for again when they were rotated, and the token of the new one is taken at once', async () => {
    await on.ask(await on.token());
    await on.clock.advance(31_000);
    const second = await signingKey('k2', 'ES256');
    on.issuer.keys = [second];
    expect(await on.ask(await on.token({}, second))).toBeDefined();
    expect(on.issuer.asked).toBe(2);
    await expect(on.ask(await on.token({ claims: { jti: 'old' } }))).rejects.toMatchObject(refused(/./));
  });

  it('are not asked for by a flood of tokens with made-up keys', async () => {
    await on.ask(await on.token());
    await on.clock.advance(31_000);
    const stranger = await signingKey('k1');
    const flood = Array.from({ length: 200 }, async (_, n) =>
      on.ask(await on.token({}, { ...stranger, kid: `made-up-${n}` })),
    );
    const answers = await Promise.allSettled(flood);
    expect(answers.every(({ status }) => status === 'rejected')).toBe(true);
    expect(on.issuer.asked).toBe(2);
  });

  it('go on while the issuer is down, for a day', async () => {
    await on.ask(await on.token());
    on.issuer.down = true;
    await on.clock.advance(20 * 3_600_000);
    expect(await on.ask(await on.token())).toBeDefined();
    await on.clock.advance(5 * 3_600_000);
    await expect(on.ask(await on.token())).rejects.toMatchObject({ code: 'unavailable' });
    on.issuer.down = false;
    await on.clock.advance(31_000);
    expect(await on.ask(await on.token())).toBeDefined();
  });

  it('cannot be had where the issuer was down from the start, which is no fault of the token', async () => {
    on.issuer.down = true;
    const token = await on.token();
    const answers = await Promise.allSettled(Array.from({ length: 50 }, () => on.ask(token)));
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
    expect(on.issuer.asked).toBe(1);
  });
});

describe('a token that was verified', () => {
  it('is not taken any longer when its time is over', async () => {
    const token = await on.token();
    await on.ask(token);
    await on.clock.advance(331_000);
    await expect(on.ask(token)).rejects.toMatchObject(refused(/expired/));
  });

  it.each([
    ['the token itself', { issuer: ISSUER, jti: 'a' }],
    ['its login session', { issuer: ISSUER, sid: 's-1' }],
    ['all of its subject', { issuer: ISSUER, subject: 'u-1' }],
  ])('is refused from the moment that %s is revoked, and stays so', async (_, what) => {
    const token = await on.token({ claims: { jti: 'a' } });
    expect(await on.ask(token)).toBeDefined();
    await on.revocations.revoke(what);
    await expect(on.ask(token)).rejects.toMatchObject(refused(/revoked/));
    await on.clock.advance(60_000);
    await expect(on.ask(token)).rejects.toMatchObject(refused(/revoked/));
  });

  it('is refused within five seconds of a revocation by another replica', async () => {
    const elsewhere = on.door(on.revocationsHere());
    const token = await on.token();
    expect(await on.ask(token, elsewhere)).toBeDefined();
    await on.revocations.revoke({ issuer: ISSUER, sid: 's-1' });
    await on.clock.advance(5_000);
    await expect(on.ask(token, elsewhere)).rejects.toMatchObject(refused(/revoked/));
  });

  it('outlives the revocation of another one, and of what its subject had before it', async () => {
    await on.revocations.revoke({ issuer: ISSUER, subject: 'u-1' });
    await on.clock.advance(1_000);
    const token = await on.token({ claims: { jti: 'b' } });
    await on.revocations.revoke({ issuer: ISSUER, jti: 'a' });
    await on.revocations.revoke({ issuer: 'https://other.example', subject: 'u-1' });
    expect(await on.ask(token)).toBeDefined();
  });
});
