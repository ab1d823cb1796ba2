import type { FastifyError, FastifyInstance } from 'fastify';
import type { World } from '../world.ts';
import { applyConfiguration, readConfiguration } from './candidate-devices.ts';
import { candidatePage, contentSecurityPolicy, finishPage, problemPage } from './candidate-page.ts';
import type { DeviceAccess } from './device-access.ts';
import type { Html } from './html.ts';
import { LdsError } from './lds-error.ts';
import { mayEdit } from './session.ts';
import type { LdsSessions } from './sessions.ts';

interface ByToken {
  Params: { token: string };
}
interface ByLabel {
  Params: { token: string; label: string };
}

/** What the routes work on. */
export interface CandidateContext {
  world: World;
  sessions: LdsSessions;
  devices: DeviceAccess;
}

/**
 * The pages that a candidate sees, under the launch URL. The token in it is all the authority that is asked
 * for. They are forms and links, so that they work without a script; the script only counts the time down.
 */
export function addCandidateRoutes(app: FastifyInstance, context: CandidateContext): void {
  const { world, sessions, devices } = context;
  const at = (token: string) => `${app.prefix}/${token}`;
  const now = () => world.clock.now();

  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (_request: unknown, body: string | Buffer) => new URLSearchParams(body.toString()),
  );
  app.addHook('onSend', async (_request, reply) => {
    // The address is a secret and what it shows changes: neither may stay behind in a cache or a referrer.
    reply.headers({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy': contentSecurityPolicy,
    });
  });
  app.setErrorHandler<FastifyError | LdsError>((error, _request, reply) => {
    const status = error instanceof LdsError ? error.status : (error.statusCode ?? 500);
    return reply.code(status).type(htmlType).send(problemPage(error.message).html);
  });

  app.get<ByToken>('/:token', async (request, reply) => {
    const session = sessions.byToken(request.params.token);
    return reply
      .type(htmlType)
      .send(candidatePage({ session, base: at(session.token), now: now(), devices }).html);
  });

  app.get<ByToken>('/:token/status', async (request) => {
    const session = sessions.byToken(request.params.token);
    return {
      state: session.state,
      mayEdit: mayEdit(session),
      end: session.request.scheduled_end ?? null,
      secondsLeft: secondsLeft(session.request.scheduled_end, now()),
    };
  });

  app.post<ByToken>('/:token/login', async (request, reply) => {
    const session = sessions.byToken(request.params.token);
    sessions.login(session.id);
    return reply.redirect(at(session.token), 303);
  });

  app.get<ByLabel & { Querystring: { applied?: string } }>(
    '/:token/devices/:label',
    async (request, reply) => {
      const session = sessions.byToken(request.params.token);
      if (!mayEdit(session)) return reply.redirect(at(session.token), 303);
      const { label } = request.params;
      const editor = {
        label,
        configuration: readConfiguration(session, label, devices),
        applied: request.query.applied !== undefined,
      };
      const page: Html = candidatePage({ session, base: at(session.token), now: now(), devices, editor });
      return reply.type(htmlType).send(page.html);
    },
  );

  app.post<ByLabel & { Body: unknown }>('/:token/devices/:label', async (request, reply) => {
    const session = sessions.byToken(request.params.token);
    const { label } = request.params;
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
    const configuration = form.get('configuration');
    if (configuration === null) throw new LdsError(400, 'invalid_request', 'the form has no configuration');
    const mode = form.get('mode') === 'merge' ? 'merge' : 'replace';
    applyConfiguration(session, label, { configuration, mode }, devices);
    return reply.redirect(`${at(session.token)}/devices/${encodeURIComponent(label)}?applied=1`, 303);
  });

  app.get<ByToken>('/:token/finish', async (request, reply) => {
    const session = sessions.byToken(request.params.token);
    if (!mayEdit(session)) return reply.redirect(at(session.token), 303);
    return reply.type(htmlType).send(finishPage({ session, base: at(session.token), now: now() }).html);
  });

  app.post<ByToken>('/:token/finish', async (request, reply) => {
    const session = sessions.byToken(request.params.token);
    sessions.finish(session.id);
    return reply.redirect(at(session.token), 303);
  });
}

const htmlType = 'text/html; charset=utf-8';

/** Whole seconds until then, never less than 0; null where no end is known. */
function secondsLeft(end: string | undefined, nowMs: number): number | null {
  return end === undefined ? null : Math.max(0, Math.ceil((Date.parse(end) - nowMs) / 1_000));
}
