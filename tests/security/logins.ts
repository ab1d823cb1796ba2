import { TestBrowser } from '@lcm/control-plane-api/auth/login/browser.fixture.ts';
import { TestIssuer } from '@lcm/control-plane-api/auth/login/issuer.fixture.ts';
import type { LoginParts } from '@lcm/control-plane-api/auth/login/login-parts.ts';
import type { FastifyInstance } from 'fastify';

const PAGE = 'http://localhost:8020';

/** An issuer of that name at which people log in to the page, and what the page needs for it. */
export async function openLogins(name: string) {
  const issuer = await TestIssuer.start(() => Date.now(), name);
  // Who is logged in is not asked again while a test runs.
  issuer.accessSeconds = 200_000;
  const parts: LoginParts = {
    issuer: {
      issuer: () => issuer.url,
      internalUrl: new URL(issuer.address),
      clientId: 'lcm-page',
      clientSecret: 'page-secret',
      fetch: (url, init) => fetch(url, init),
    },
    publicUrl: () => new URL(PAGE),
  };
  /** What the page of one who has just logged in sends with each request. */
  const logIn = async (app: FastifyInstance, claims: { sub: string }): Promise<Record<string, string>> => {
    issuer.claims = claims;
    issuer.people.set(claims.sub, claims);
    const browser = new TestBrowser(app, PAGE);
    await browser.logIn(issuer);
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
    return { cookie, 'x-csrf-token': browser.csrf ?? '', 'sec-fetch-site': 'same-origin' };
  };
  return { parts, logIn, stop: () => issuer.stop() };
}
