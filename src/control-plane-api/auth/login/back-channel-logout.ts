import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { FastifyInstance } from 'fastify';
import type { RoutesParts } from './login-parts.ts';
import { readLogoutToken } from './logout-token.ts';

/** Largest request of an issuer's, in bytes: one token. */
const BODY_LIMIT = 20_000;

/**
 * `POST /api/auth/backchannel-logout`: the issuer itself says that somebody has logged out, or was thrown out
 * (OpenID Connect Back-Channel Logout 1.0, section 2.5). Takes forms; refuses what is not signed by the issuer.
 */
export function registerBackChannelLogout(app: FastifyInstance, parts: RoutesParts): void {
  const { sessions, issuer, store, clock, log, onLoggedOut } = parts;
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: BODY_LIMIT },
    async (_request: unknown, body: string | Buffer) => new URLSearchParams(String(body)),
  );
  app.post(
    '/api/auth/backchannel-logout',
    { bodyLimit: BODY_LIMIT, config: { operation: 'auth.backChannelLogout' } },
    async (request, reply) => {
      const token = request.body instanceof URLSearchParams ? request.body.get('logout_token') : null;
      if (!token) throw new Refusal('invalid', 'a form with a logout_token is expected');
      const who = await readLogoutToken(token, { issuer, store, clock });
      const ended = who.sid
        ? await sessions.endOfSession(who.issuer, who.sid)
        : await sessions.endOfPerson(who.issuer, who.subject ?? '');
      await onLoggedOut?.(who);
      log.info({ ended, sid: who.sid, subject: who.subject }, 'logged out by the issuer');
      return reply.code(200).send();
    },
  );
}
