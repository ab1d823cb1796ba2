import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { type EventFate, openEventSender } from '../events.ts';
import type { World } from '../world.ts';
import { basicAuth } from './basic-auth.ts';
import { addCandidateRoutes } from './candidate-routes.ts';
import { type DeviceAccess, noDevices } from './device-access.ts';
import { LdsError } from './lds-error.ts';
import { addReservationRoutes } from './reservation-routes.ts';
import { openLdsSessions } from './sessions.ts';
import { addSimRoutes } from './sim-routes.ts';

/** How the simulated LDS is set up. */
export interface LdsOptions {
  /** HTTP Basic credentials of the reservation API. */
  username: string;
  password: string;
  /** Where candidates reach this server: scheme, host and port, without the path. */
  publicUrl: string;
  /** URLs that get a CloudEvent for everything that a session lives through. */
  eventSinks: string[];
  /** The path that everything lies under; `/lds` by default. */
  prefix?: string;
  /** How a lab's devices are reached; without it none can be. */
  devices?: DeviceAccess;
  /** The `source` of the events; `https://labs.lcm.io` by default. */
  eventSource?: string;
  /** Turns on lost, doubled and late events. */
  eventFate?: () => EventFate;
  /** The transport of events; the platform's own by default. */
  fetch?: typeof globalThis.fetch;
}

/**
 * Builds the Lab Delivery System: reservations by REST under `<prefix>/reservations/v3`, the candidate's page
 * under `<prefix>/lab/<token>`, the candidate's actions as JSON under `<prefix>/sim`, and CloudEvents out.
 * Everything that it was told survives in the world's state. Closing it stops its timers.
 */
export function buildLds(world: World, options: LdsOptions): FastifyInstance {
  const app = Fastify();
  app.register(ldsRoutes(world, options), { prefix: options.prefix ?? '/lds' });
  return app;
}

/** The same as a plugin, for a server that has other things to serve; the caller gives the prefix. */
export function ldsRoutes(world: World, options: LdsOptions) {
  return async (app: FastifyInstance): Promise<void> => {
    const { eventFate, fetch } = options;
    const events = openEventSender(world, {
      name: 'lds',
      source: options.eventSource ?? 'https://labs.lcm.io',
      sinks: options.eventSinks,
      ...(eventFate && { eventFate }),
      ...(fetch && { fetch }),
    });
    app.addHook('onClose', async () => events.close());
    const sessions = openLdsSessions(world, events);
    const devices = options.devices ?? noDevices;
    const launchUrl = (token: string) => `${options.publicUrl.replace(/\/+$/, '')}${app.prefix}/lab/${token}`;

    acceptEmptyJson(app);
    answerErrorsAsJson(app);
    await app.register(
      async (scope) => {
        scope.addHook('onRequest', basicAuth(options.username, options.password));
        addReservationRoutes(scope, { world, sessions, launchUrl });
      },
      { prefix: '/reservations/v3' },
    );
    await app.register(async (scope) => addSimRoutes(scope, { sessions, devices, launchUrl }), {
      prefix: '/sim',
    });
    await app.register(async (scope) => addCandidateRoutes(scope, { world, sessions, devices }), {
      prefix: '/lab',
    });
  };
}

/** An empty body counts as none, whatever its content type: each route says what it makes of that. */
function acceptEmptyJson(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    const text = body.toString();
    if (text.trim() === '') {
      done(null, undefined);
      return;
    }
    try {
      done(null, JSON.parse(text));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      done(new LdsError(400, 'malformed_json', `the body is no JSON: ${reason}`));
    }
  });
}

function answerErrorsAsJson(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError | LdsError>((error, _request, reply) => {
    if (error instanceof LdsError) {
      return reply.code(error.status).send({ error: error.code, message: error.message });
    }
    return reply
      .code(error.statusCode ?? 500)
      .send({ error: error.validation ? 'invalid_request' : error.code, message: error.message });
  });
}
