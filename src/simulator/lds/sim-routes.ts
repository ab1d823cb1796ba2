import type { FastifyInstance } from 'fastify';
import { applyConfiguration, readConfiguration } from './candidate-devices.ts';
import type { ApplyMode, DeviceAccess } from './device-access.ts';
import { presentSession } from './presentation.ts';
import { configurationSchema } from './schemas.ts';
import type { LdsSession } from './session.ts';
import type { LdsSessions } from './sessions.ts';

interface ById {
  Params: { id: string };
}
interface ByLabel {
  Params: { id: string; label: string };
}

/** What the routes work on. */
export interface SimContext {
  sessions: LdsSessions;
  devices: DeviceAccess;
  launchUrl: (token: string) => string;
}

/** What a candidate does by hand on the lab page, as JSON for tests and demos. No login is asked for. */
export function addSimRoutes(app: FastifyInstance, { sessions, devices, launchUrl }: SimContext): void {
  const present = (session: LdsSession) => ({
    ...presentSession(session),
    launch_url: launchUrl(session.token),
  });

  app.get<{ Querystring: { reference?: string; state?: string } }>('/sessions', async (request) =>
    sessions.search(request.query).map(present),
  );

  app.get<ById>('/sessions/:id', async (request) => present(sessions.get(request.params.id)));

  for (const action of ['login', 'pause', 'resume', 'finish'] as const) {
    app.post<ById>(`/sessions/:id/${action}`, async (request) =>
      present(sessions[action](request.params.id)),
    );
  }

  app.get<ByLabel>('/sessions/:id/devices/:label/configuration', async (request) => ({
    configuration: readConfiguration(sessions.get(request.params.id), request.params.label, devices),
  }));

  app.put<ByLabel & { Body: { configuration: string; mode?: ApplyMode } }>(
    '/sessions/:id/devices/:label/configuration',
    { schema: { body: configurationSchema } },
    async (request) => {
      const { id, label } = request.params;
      const { configuration, mode = 'merge' } = request.body;
      applyConfiguration(sessions.get(id), label, { configuration, mode }, devices);
      return { configuration: readConfiguration(sessions.get(id), label, devices) };
    },
  );
}
