import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { registerBackChannelLogout } from './back-channel-logout.ts';
import { refuseForged } from './forgery.ts';
import type { IdentityIssuer } from './identity-issuer.ts';
import { ATTEMPT_SECONDS } from './login-attempts.ts';
import type { RoutesParts } from './login-parts.ts';
import type { FoundLogin } from './login-sessions.ts';
import { isLoopback } from './loopback.ts';
import { returnPath } from './return-path.ts';

/** What a failed login sends the browser to the page with. */
type LoginError = 'issuer_unavailable' | 'login_expired' | 'login_refused';

/** Puts in place what browsers go through to log in and out: redirects and cookies, no data. */
export async function registerLoginRoutes(app: FastifyInstance, parts: RoutesParts): Promise<void> {
  await app.register(async (routes) => {
    routes.addHook('onRequest', async (_request, reply) => {
      reply.headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    });
    routes.get('/api/auth/login', { exposeHeadRoute: false }, (request, reply) =>
      login(parts, request, reply),
    );
    routes.get('/api/auth/callback', { exposeHeadRoute: false }, (request, reply) =>
      callback(parts, request, reply),
    );
    routes.get('/api/auth/logout', { exposeHeadRoute: false }, async (request, reply) => {
      // Another site's link must not log anybody out.
      const from = request.headers['sec-fetch-site'] ?? 'none';
      const here = from === 'same-origin' || from === 'none';
      return reply.redirect(here ? await logout(parts, request, reply) : '/', 303);
    });
    routes.post('/api/auth/logout', { config: { operation: 'auth.logOut' } }, async (request, reply) => {
      const secret = parts.cookies.read(request.headers, 'login');
      const found = secret === undefined ? undefined : await parts.sessions.find(secret);
      if (found) refuseForged(request, found.record.csrf, parts.publicUrl().origin);
      return { location: await logout(parts, request, reply) };
    });
    registerBackChannelLogout(routes, parts);
  });
}

async function login(
  parts: RoutesParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { publicUrl } = parts;
  const { return: asked } = request.query as { return?: unknown };
  const returnTo = returnPath(asked);
  // A cookie that is set under one name of this machine is not sent to another: begin where the way back leads.
  if (isLoopback(publicUrl()) && request.host !== publicUrl().host) {
    const there = new URL('/api/auth/login', publicUrl());
    there.searchParams.set('return', returnTo);
    return reply.redirect(there.href, 303);
  }
  return begin(parts, request, reply, { returnTo, anew: false });
}

/** Sends the browser to the issuer. @param anew whether the person has to prove who they are though it knows them */
async function begin(
  parts: RoutesParts,
  request: FastifyRequest,
  reply: FastifyReply,
  { returnTo, anew }: { returnTo: string; anew: boolean },
): Promise<FastifyReply> {
  const { issuer, attempts, cookies, publicUrl, journal } = parts;
  const { secret, attempt } = await attempts.begin(returnTo, anew, request.ip);
  try {
    const there = await issuer.loginUrl(attempt, callbackUrl(publicUrl()).href, anew);
    reply.header('set-cookie', cookies.set('attempt', secret, ATTEMPT_SECONDS));
    return reply.redirect(there.href, 303);
  } catch (error) {
    journal.trouble(error, 'nobody can log in');
    return failed(reply, 'issuer_unavailable', returnTo);
  }
}

async function callback(
  parts: RoutesParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { issuer, sessions, attempts, cookies, publicUrl, journal, limits, provenAnew, onLoggedIn } = parts;
  const begun = cookies.read(request.headers, 'attempt');
  const attempt = begun === undefined ? undefined : await attempts.take(begun);
  const before = cookies.read(request.headers, 'login');
  if (!attempt) {
    // The way back was taken before, or in another tab: whoever is logged in by now is where they wanted to be.
    const already = before !== undefined && (await sessions.find(before));
    return already ? reply.redirect('/', 303) : failed(reply, 'login_expired');
  }
  reply.header('set-cookie', cookies.clear('attempt'));
  const here = callbackUrl(publicUrl());
  here.search = new URL(request.url, here).search;
  try {
    const tokens = await issuer.tokensOf(here, attempt);
    if (!(await provenAnew.holds(tokens))) {
      if (attempt.anew) throw new Refusal('unauthenticated', 'the issuer lets in who was logged out');
      return begin(parts, request, reply, { returnTo: attempt.returnTo, anew: true });
    }
    // Whoever planted a cookie here is not to share what comes now.
    if (before !== undefined) await sessions.endBy(before);
    const { secret, id } = await sessions.begin(tokens, {
      address: request.ip,
      userAgent: request.headers['user-agent']?.slice(0, 300),
    });
    const { absoluteSeconds } = await limits();
    reply.header('set-cookie', cookies.set('login', secret, absoluteSeconds));
    await journal.done('auth.logIn', request, tokens.person, id);
    await onLoggedIn?.({ ...tokens.person, credential: { type: 'login', id }, address: request.ip });
    return reply.redirect(attempt.returnTo, 303);
  } catch (error) {
    await journal.refused(request, error);
    const refused = error instanceof Refusal && error.code === 'unauthenticated';
    return failed(reply, refused ? 'login_refused' : 'issuer_unavailable', attempt.returnTo);
  }
}

/** Ends the login here; where the browser goes to end it at the issuer as well. */
async function logout(parts: RoutesParts, request: FastifyRequest, reply: FastifyReply): Promise<string> {
  const { cookies, sessions, issuer, publicUrl, journal, provenAnew } = parts;
  const secret = cookies.read(request.headers, 'login');
  const ended = secret === undefined ? undefined : await sessions.endBy(secret);
  reply.header('set-cookie', cookies.clear('login'));
  if (!ended) return '/';
  await provenAnew.noteLogout(ended.record);
  request.identified = { ...ended.record.person, credential: { type: 'login', id: ended.id } };
  await journal.done('auth.logOut', request, ended.record.person, ended.id);
  try {
    await revoke(issuer, ended);
    return (await issuer.logoutUrl(ended.record.idToken, new URL('/', publicUrl()).href))?.href ?? '/';
  } catch (error) {
    journal.trouble(error, 'somebody logged out here, but not at the issuer');
    return '/';
  }
}

const revoke = async (issuer: IdentityIssuer, { record: { refreshToken } }: FoundLogin) => {
  if (refreshToken !== undefined) await issuer.revoke(refreshToken);
};

const callbackUrl = (publicUrl: URL) => new URL('/api/auth/callback', publicUrl);

function failed(reply: FastifyReply, error: LoginError, returnTo = '/'): FastifyReply {
  const query = new URLSearchParams({ auth_error: error, ...(returnTo === '/' ? {} : { return: returnTo }) });
  return reply.redirect(`/?${query}`, 303);
}
