import { timingSafeEqual } from 'node:crypto';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify';
import { type EventFate, openEventSender } from '../events.ts';
import type { World } from '../world.ts';
import { GradingError } from './grading-error.ts';
import { type Gradings, openGradings } from './gradings.ts';
import { rubricFault } from './rubric.ts';
import { type GradingFailure, type GradingJob, type Submission, submissionSchema } from './submission.ts';

/** How the simulated grading engine is set up. */
export interface GradingOptions {
  /** What clients send as `X-API-Key`, or as a bearer token. */
  apiKey: string;
  /** URLs that get a CloudEvent when a grading ends. */
  eventSinks: string[];
  /** The path that everything lies under; `/grading` by default. */
  prefix?: string;
  /** The `source` of the events; `https://grading.lcm.io` by default. */
  eventSource?: string;
  /** Turns on lost, doubled and late events. */
  eventFate?: () => EventFate;
  /** The transport of events and evidence; the platform's own by default. */
  fetch?: typeof globalThis.fetch;
}

/**
 * Builds the grading engine: submissions under `<prefix>/api/v1/gradings`, switches for tests and demos under
 * `<prefix>/sim`, CloudEvents out. A grading takes `world.delays.gradingMs` and is really evaluated.
 * Everything that it was told survives in the world's state. Closing it stops its timers and its thread.
 */
export function buildGradingEngine(world: World, options: GradingOptions): FastifyInstance {
  const app = Fastify({ bodyLimit: maxSubmissionBytes });
  app.register(gradingRoutes(world, options), { prefix: options.prefix ?? '/grading' });
  return app;
}

/** The same as a plugin, for a server that has other things to serve; the caller gives the prefix. */
export function gradingRoutes(world: World, options: GradingOptions) {
  return async (app: FastifyInstance): Promise<void> => {
    const { eventFate, fetch = globalThis.fetch } = options;
    const events = openEventSender(world, {
      name: 'grading',
      source: options.eventSource ?? 'https://grading.lcm.io',
      sinks: options.eventSinks,
      fetch,
      ...(eventFate && { eventFate }),
    });
    const gradings = openGradings(world, { events, fetch });
    app.addHook('onClose', async () => {
      events.close();
      await gradings.close();
    });
    app.setErrorHandler<FastifyError | GradingError>((error, _request, reply) => {
      const status = error instanceof GradingError ? error.status : (error.statusCode ?? 500);
      return reply.code(status).send({ error: error.name, message: error.message });
    });
    await app.register(
      async (scope) => {
        scope.addHook('onRequest', async (request) => assertKey(request, options.apiKey));
        addGradingRoutes(scope, gradings);
      },
      { prefix: '/api/v1/gradings' },
    );
    await app.register(async (scope) => addSimRoutes(scope, gradings), { prefix: '/sim' });
  };
}

/** Evidence of a big lab comes to a few MiB. */
const maxSubmissionBytes = 32 * 1024 * 1024;

function addGradingRoutes(app: FastifyInstance, gradings: Gradings): void {
  app.post<{ Body: Submission }>(
    '/',
    { schema: { body: submissionSchema }, bodyLimit: maxSubmissionBytes },
    async (request, reply) => {
      const fault = rubricFault(request.body.rubric);
      if (fault) throw new GradingError(400, `the rubric is faulty: ${fault}`);
      const once = request.headers['idempotency-key'] !== undefined;
      return reply.code(202).send(present(gradings.submit(request.body, once)));
    },
  );

  app.get<{ Querystring: { reference?: string } }>('/', async (request) =>
    gradings.search(request.query.reference).map(present),
  );

  app.get<{ Params: { id: string } }>('/:id', async (request) => present(gradings.get(request.params.id)));
}

function addSimRoutes(app: FastifyInstance, gradings: Gradings): void {
  app.post<{ Body: { fail: boolean | Partial<GradingFailure>; count?: number } }>(
    '/next',
    { schema: { body: nextSchema } },
    async (request, reply) => {
      const { fail, count = 1 } = request.body;
      const failure = { ...orderedFailure, ...(typeof fail === 'object' && fail) };
      gradings.failNext(failure, fail === false ? 0 : count);
      return reply.code(204).send();
    },
  );
}

const orderedFailure: GradingFailure = {
  error_code: 'GRADER_CRASHED',
  error_message: 'the grader crashed, as it was told to',
  retry_possible: true,
};

const nextSchema = {
  type: 'object',
  required: ['fail'],
  properties: {
    count: { type: 'integer', minimum: 1 },
    fail: {
      anyOf: [
        { type: 'boolean' },
        {
          type: 'object',
          properties: {
            error_code: { type: 'string' },
            error_message: { type: 'string' },
            retry_possible: { type: 'boolean' },
          },
        },
      ],
    },
  },
} as const;

function assertKey(request: FastifyRequest, apiKey: string): void {
  const bearer = request.headers.authorization?.replace(/^Bearer /i, '');
  const given = Buffer.from(String(request.headers['x-api-key'] ?? bearer ?? ''));
  const expected = Buffer.from(apiKey);
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw new GradingError(401, 'the API key is missing or wrong');
}

const present = ({ submission: _, fail: _fail, number: _number, ...job }: GradingJob) => job;
