import { contract } from '@lcm/core/api/contract.ts';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Authenticate } from '../auth/caller.ts';
import { registerEventStream } from '../live/event-stream.ts';
import { LiveHub } from '../live/live-hub.ts';
import { LiveView } from '../live/live-view.ts';
import { Snapshots } from '../live/snapshots.ts';
import type { Services } from '../services.ts';
import { auditRequests } from './audit-requests.ts';
import { registerAuditStreams } from './audit-streams.ts';
import { receiveCloudEvents } from './cloud-events.ts';
import { allowOrigins } from './cross-origin.ts';
import { registerDocsPage } from './docs-page.ts';
import { openDoor } from './door.ts';
import type { Exposure } from './exposure.ts';
import { allHandlers } from './handlers.ts';
import { type LogReaders, registerHealth } from './health.ts';
import { jsonBody, refuseCoded } from './json-body.ts';
import { registerMetrics } from './metrics.ts';
import { answerNoRoute } from './no-route.ts';
import { answerBeforeRequests, answerClientErrors, LEFT_TO_US } from './not-http.ts';
import { internalDocument, publicDocument } from './openapi.ts';
import { answerToOwnNames } from './own-names.ts';
import { registerPage } from './page.ts';
import { answerProblems, problemOf, send } from './problems.ts';
import { requestBudgets } from './request-budgets.ts';
import { registerRoutes } from './routes.ts';
import { DATA_HEADERS, guardBrowsers } from './security-headers.ts';

/** Largest body, in bytes: a content package in base64 with room to spare. */
const BODY_LIMIT = 8_500_000;

/** What the server is made of, beside its services. */
interface ServerParts {
  authenticate: Authenticate;
  beside?: readonly ((app: FastifyInstance) => void | Promise<void>)[];
  pageFolder?: string | undefined;
  exposure?: Exposure;
}

/** The HTTP side of the control plane. */
export async function buildServer(
  services: Services,
  { authenticate, beside = [], pageFolder, exposure = {} }: ServerParts,
  readers: LogReaders,
): Promise<FastifyInstance> {
  const app = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    genReqId: (request) => correlationId(request.headers['x-correlation-id']) ?? services.random.uuid(),
    routerOptions: { maxParamLength: 500 },
    requestTimeout: 60_000,
    http: LEFT_TO_US,
    clientErrorHandler: answerClientErrors,
    frameworkErrors: (error, request, reply) => send(reply.headers(DATA_HEADERS), problemOf(error, request)),
    forceCloseConnections: 'idle',
    trustProxy: exposure.trustedProxies?.length ? [...exposure.trustedProxies] : false,
  });
  app.addHook('onSend', (request, reply, _payload, done) => {
    reply.header('x-correlation-id', request.id);
    done();
  });
  guardBrowsers(app, exposure);
  answerToOwnNames(app, exposure);
  await allowOrigins(app, exposure);
  answerProblems(app);
  answerBeforeRequests(app);
  answerNoRoute(app);
  // An empty JSON body is a body without fields, as clients send it for actions.
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      refuseCoded(request.headers);
      return body.length === 0 ? {} : jsonBody(body);
    },
  );
  const view = new LiveView(services);
  const hub = new LiveHub(services, view);
  registerMetrics(app, services, { readers, streams: () => hub.size });
  const door = openDoor(authenticate, requestBudgets(services));
  app.decorateRequest('caller', undefined);
  if (services.audit) auditRequests(app, services, services.audit);
  registerRoutes(app, contract, allHandlers(services), door, services);
  registerEventStream(app, services, door, { snapshots: new Snapshots(services), view, hub });
  registerAuditStreams(app, services, door);
  receiveCloudEvents(app, services, door);
  registerHealth(app, services, readers);
  serveDocument(app, '/api/openapi.json', () => publicDocument(services.version));
  serveDocument(app, '/api/internal/openapi.json', () => internalDocument(services.version));
  registerDocsPage(app);
  for (const add of beside) await add(app);
  await registerPage(app, pageFolder);
  return app;
}

/** Makes the document when it is first asked for. */
function serveDocument(app: FastifyInstance, path: string, make: () => object): void {
  let document: string | undefined;
  app.get(path, async (_request, reply) => {
    document ??= JSON.stringify(make());
    return reply.type('application/json').send(document);
  });
}

function correlationId(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && /^[\w.:-]{1,100}$/.test(header) ? header : undefined;
}
