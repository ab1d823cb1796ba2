import { expect, it } from 'vitest';
import { publishedKeys } from './published-keys.ts';

const ISSUER = 'https://idp.example/realms/lcm';
const KEYS = { keys: [{ kty: 'RSA', kid: 'k1', n: 'x', e: 'AQAB' }] };

/** A web of these answers, and what was asked of it. */
function webOf(pages: Record<string, unknown>) {
  const asked: string[] = [];
  const fetch = async (url: string) => {
    asked.push(url);
    return url in pages ? Response.json(pages[url]) : new Response('', { status: 404 });
  };
  return { asked, fetch };
}
const metadataOf = (issuer: string, jwks_uri = `${ISSUER}/certs`) => ({ issuer, jwks_uri });
const refused = (message: RegExp) => ({ code: 'unavailable', message: expect.stringMatching(message) });

it('are where the issuer says that they are', async () => {
  const web = webOf({
    [`${ISSUER}/.well-known/openid-configuration`]: metadataOf(ISSUER, 'https://keys.example/lcm'),
    'https://keys.example/lcm': KEYS,
  });
  expect(await publishedKeys({ issuer: ISSUER, fetch: web.fetch })()).toEqual(KEYS);
});

it('are asked for at the inner address, where the issuer has one', async () => {
  const inner = 'http://keycloak:8080/realms/lcm';
  const web = webOf({
    [`${inner}/.well-known/openid-configuration`]: metadataOf(ISSUER),
    [`${inner}/certs`]: KEYS,
  });
  const internalUrl = new URL('http://keycloak:8080');
  expect(await publishedKeys({ issuer: ISSUER, internalUrl, fetch: web.fetch })()).toEqual(KEYS);
  expect(web.asked).toEqual([`${inner}/.well-known/openid-configuration`, `${inner}/certs`]);
});

it('are not taken from one that calls itself otherwise, answers nothing, or something else', async () => {
  const at = `${ISSUER}/.well-known/openid-configuration`;
  const ask = (pages: Record<string, unknown>) =>
    publishedKeys({ issuer: ISSUER, fetch: webOf(pages).fetch })();
  await expect(ask({ [at]: metadataOf('https://evil.example') })).rejects.toMatchObject(
    refused(/calls itself https:\/\/evil/),
  );
  await expect(ask({})).rejects.toMatchObject(refused(/answered 404/));
  await expect(ask({ [at]: { issuer: ISSUER } })).rejects.toMatchObject(refused(/did not answer as/));
  await expect(ask({ [at]: metadataOf(ISSUER, 'file:///etc/passwd') })).rejects.toMatchObject(
    refused(/did not answer as/),
  );
});
