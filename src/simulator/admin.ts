import Fastify, { type FastifyInstance } from 'fastify';
import { capacitySchema, delaysSchema, eventSinksSchema, faultPlanSchema } from './admin-schemas.ts';
import type { SimulatedCloud } from './cloud.ts';
import type { Capacity } from './ec2/capacity.ts';
import { cmlAnswers, type Instance, stateOf } from './ec2/instance.ts';
import type { FaultPlan } from './faults.ts';
import type { LedgerEntry } from './ledger.ts';
import type { SinkTokens } from './sink-tokens.ts';
import type { Delays } from './world.ts';

/** What admin works on: the cloud there is now, and the way to a new one. */
export interface AdminOptions {
  cloud: () => SimulatedCloud;
  /** Forgets everything and begins with an empty cloud. */
  reset: () => Promise<void>;
  /** URLs that get every event, to be changed in place. */
  eventSinks: string[];
  /** Their tokens, to be changed in place; never shown. */
  sinkTokens: SinkTokens;
  /** What went wrong behind the scenes, oldest first. */
  problems: () => string[];
}

/** A sink as it is told of. */
interface EventSink {
  url: string;
  token?: string;
}

/** The levers of the simulated world, for tests, demos and curious people: JSON under `/admin`. */
export function buildAdmin({
  cloud,
  reset,
  eventSinks,
  sinkTokens,
  problems,
}: AdminOptions): FastifyInstance {
  const app = Fastify({ ajv: { customOptions: { removeAdditional: false, coerceTypes: false } } });
  app.register(
    async (admin) => {
      admin.get('/health', async () => ({ status: 'ok', pid: process.pid, problems: problems() }));
      admin.get('/ledger', async () => ledgerAnswer(cloud()));

      admin.get('/faults', async () => cloud().faults.plan());
      admin.put<{ Body: FaultPlan }>('/faults', { schema: { body: faultPlanSchema } }, async (request) => {
        cloud().faults.setPlan(request.body);
        return cloud().faults.plan();
      });

      admin.get('/delays', async () => cloud().world.delays);
      admin.put<{ Body: Partial<Delays> }>('/delays', { schema: { body: delaysSchema } }, async (request) => {
        const { delays, state } = cloud().world;
        Object.assign(delays, request.body);
        state.collection<Delays>('delays').put('now', { ...delays });
        return delays;
      });

      admin.get('/capacity', async () => cloud().capacity.get());
      admin.put<{ Body: Capacity }>('/capacity', { schema: { body: capacitySchema } }, async (request) => {
        cloud().capacity.set(request.body);
        return cloud().capacity.get();
      });

      admin.get('/event-sinks', async () => eventSinks);
      admin.put<{ Body: EventSink[] }>(
        '/event-sinks',
        { schema: { body: eventSinksSchema } },
        async ({ body }) => {
          eventSinks.splice(0, eventSinks.length, ...body.map(({ url }) => url));
          sinkTokens.clear();
          for (const { url, token } of body) if (token) sinkTokens.set(url, token);
          return eventSinks;
        },
      );

      admin.get('/instances', async () => cloud().instances.list().map(instanceSummary(cloud())));
      admin.register(async (scope) => addInstanceRoutes(scope, cloud), { prefix: '/instances/:id' });

      admin.post('/reset', async (_request, reply) => {
        await reset();
        return reply.code(204).send();
      });
    },
    { prefix: '/admin' },
  );
  return app;
}

function addInstanceRoutes(app: FastifyInstance, cloud: () => SimulatedCloud): void {
  app.post<{ Params: { id: string } }>('/kill', async (request, reply) => {
    const instance = knownInstance(cloud(), request.params.id);
    if (!instance) return reply.code(404).send(unknown(request.params.id));
    cloud().instances.kill(instance.id);
    return reply.code(204).send();
  });
  app.get<{ Params: { id: string } }>('/address', async (request, reply) => {
    const instance = knownInstance(cloud(), request.params.id);
    if (!instance) return reply.code(404).send(unknown(request.params.id));
    const cmlUrl = cloud().hosts.url(instance);
    if (cmlUrl) return { cmlUrl, consoleHost: instance.publicAddress ?? instance.privateAddress };
    const message = `nothing listens on instance ${instance.id} at the moment`;
    return reply.code(409).send({ error: 'not_running', message });
  });
}

/** Instances that are gone for good have no levers left. */
function knownInstance(cloud: SimulatedCloud, id: string): Instance | undefined {
  const instance = cloud.instances.find(id);
  const state = instance && stateOf(instance, cloud.world.clock.now());
  return state === 'terminated' ? undefined : instance;
}

const unknown = (id: string) => ({ error: 'unknown_instance', message: `there is no instance ${id}` });

function instanceSummary({ world, hosts }: SimulatedCloud) {
  return (instance: Instance) => {
    const now = world.clock.now();
    const { id, region, zone, type, tags, privateAddress, publicAddress } = instance;
    const state = stateOf(instance, now);
    const cmlReady = cmlAnswers(instance, now);
    return {
      id,
      region,
      zone,
      type,
      tags,
      state,
      privateAddress,
      publicAddress,
      cmlReady,
      cmlUrl: hosts.url(instance),
    };
  };
}

function ledgerAnswer({ world, instances }: SimulatedCloud) {
  // Listing settles what has ended by now.
  instances.list();
  const all = world.ledger.all();
  const counts: Partial<Record<LedgerEntry['kind'], { open: number; total: number }>> = {};
  for (const entry of all) {
    counts[entry.kind] ??= { open: 0, total: 0 };
    const count = counts[entry.kind];
    if (!count) continue;
    count.total += 1;
    if (!entry.closedAt) count.open += 1;
  }
  return { open: world.ledger.openEntries(), all, counts, costUsd: world.ledger.costUsd() };
}
