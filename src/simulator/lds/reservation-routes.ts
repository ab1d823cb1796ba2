import type { FastifyInstance } from 'fastify';
import type { World } from '../world.ts';
import { LdsError } from './lds-error.ts';
import { presentSession } from './presentation.ts';
import { devicesSchema, partSchema, sessionSchema, timesSchema } from './schemas.ts';
import type { LdsDevice, LdsPartRequest, LdsSessionRequest } from './session.ts';
import type { LdsSessions } from './sessions.ts';

interface ById {
  Params: { id: string };
}

/** What the routes work on. */
export interface ReservationContext {
  world: World;
  sessions: LdsSessions;
  /** The address that a candidate opens for a session with that token. */
  launchUrl: (token: string) => string;
}

/** The REST API that reservation systems speak, under `/reservations/v3`. */
export function addReservationRoutes(app: FastifyInstance, context: ReservationContext): void {
  const { world, sessions, launchUrl } = context;
  const folders = world.state.collection<{ version: number; syncedAt: string }>('ldsFolders');

  app.post<{ Body: LdsSessionRequest }>(
    '/lab_session',
    { schema: { body: sessionSchema } },
    async (request, reply) => reply.code(201).send(presentSession(sessions.create(request.body))),
  );

  app.get<{ Querystring: { reference?: string; state?: string } }>('/lab_session', async (request) =>
    sessions.search(request.query).map(presentSession),
  );

  app.get<ById>('/lab_session/:id', async (request) => presentSession(sessions.get(request.params.id)));

  app.post<ById & { Body: LdsPartRequest }>(
    '/lab_session/:id/part',
    { schema: { body: partSchema } },
    async (request, reply) =>
      reply.code(201).send(presentSession(sessions.addPart(request.params.id, request.body))),
  );

  app.put<{ Params: { id: string; part: string }; Body: LdsDevice[] }>(
    '/lab_session/:id/part/:part/devices',
    { schema: { body: devicesSchema } },
    async (request) =>
      presentSession(sessions.setDevices(request.params.id, Number(request.params.part), request.body)),
  );

  app.put<ById & { Body: { scheduled_date?: string; scheduled_end?: string } }>(
    '/lab_session/:id/schedule',
    { schema: { body: timesSchema } },
    async (request) => presentSession(sessions.reschedule(request.params.id, request.body)),
  );

  app.get<ById>('/lab_session/:id/lablet_launch_url', async (request) => {
    const session = sessions.get(request.params.id);
    if (session.parts.length === 0) {
      throw new LdsError(409, 'no_parts', `session ${session.id} has no part to launch`);
    }
    return { url: launchUrl(session.token) };
  });

  app.post<ById>('/lab_session/:id/release', async (request) => {
    // A body is demanded although nothing in it is read: that is how LDS does it.
    if (request.body === undefined || request.body === null) {
      throw new LdsError(415, 'unsupported_media_type', 'release wants a JSON body, {} at least');
    }
    return presentSession(sessions.release(request.params.id));
  });

  app.post<ById>('/lab_session/:id/close_access', async (request) =>
    presentSession(sessions.closeAccess(request.params.id)),
  );

  app.put<{ Params: { fqn: string } }>('/lab_folder/minio/:fqn', async (request) => {
    const { fqn } = request.params;
    const version = (folders.get(fqn)?.version ?? 0) + 1;
    folders.put(fqn, { version, syncedAt: new Date(world.clock.now()).toISOString() });
    return { Version: String(version) };
  });
}
