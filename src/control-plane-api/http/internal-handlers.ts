import type { internal } from '@lcm/core/api/internal.ts';
import type { CommandOf, Kind, StateOf } from '@lcm/core/domain/kinds.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Match, Stored } from '@lcm/core/spi/state-store.ts';
import { z } from 'zod';
import { actorOf } from '../auth/caller.ts';
import { placeSessions } from '../commands/placements.ts';
import { releasePlacements } from '../commands/release-placements.ts';
import { requestWorker } from '../commands/workers.ts';
import { shortHash } from '../ids.ts';
import { loadExisting } from '../queries/load.ts';
import type { MetricsSeries } from '../queries/metrics-series.ts';
import type { Services } from '../services.ts';
import type { Call, Handlers } from './handler.ts';

/** What controllers may ask of the control plane. */
export function internalHandlers(services: Services, metrics: MetricsSeries): Handlers<typeof internal> {
  const asked = (call: Pick<Call, 'caller' | 'fence' | 'correlationId'>) => ({
    by: actorOf(call.caller),
    fence: call.fence,
    correlationId: call.correlationId,
  });
  return {
    sessions: resource(services, 'session'),
    workers: resource(services, 'worker'),
    workerLedgers: resource(services, 'worker-ledger'),
    labRecords: resource(services, 'lab-record'),
    userSessions: resource(services, 'user-session'),
    gradingSessions: resource(services, 'grading-session'),
    scoreReports: resource(services, 'score-report'),
    definitions: resource(services, 'definition'),
    tasks: resource(services, 'task'),
    allowances: resource(services, 'allowance'),
    workerTemplates: reads(services, 'worker-template'),
    inboundEvents: reads(services, 'inbound-event'),
    settings: () => services.settings.get(),
    place: async (call) => ({ items: await placeSessions(services, call.body.items, asked(call)) }),
    releasePlacements: async (call) => ({
      items: await releasePlacements(services, call.body.items, asked(call)),
    }),
    recordDecisions: async (call) => {
      const { by, ...terms } = asked(call);
      const orders = call.body.items.map(({ sessionId, decision }) => ({
        kind: 'session' as const,
        id: sessionId,
        command: { type: 'recordDecision' as const, decision, by },
        terms,
      }));
      const settled = await services.commands.executeAll(orders);
      const items = call.body.items.map(({ sessionId }, index) => {
        const one = settled[index];
        if (one && 'refusal' in one)
          return {
            sessionId,
            status: 'refused' as const,
            code: one.refusal.code,
            message: one.refusal.message,
          };
        return { sessionId, status: 'done' as const };
      });
      return { items };
    },
    scaleUp: async (call) => {
      const { key, ...wish } = call.body;
      const { by, ...terms } = asked(call);
      return shown(await requestWorker(services, { ...wish, id: `w-${shortHash(key)}`, by }, terms));
    },
    reportMetrics: async ({ params, body }) => {
      await loadExisting(services.store, 'worker', params.id);
      metrics.add(params.id, body);
      return undefined;
    },
  };
}

/** A request for one aggregate. */
interface One {
  params: { id: string };
}
/** A request for a list. */
interface Many {
  query: { limit: number; cursor?: string | undefined; where?: string | undefined };
}
/** A command, as its endpoint has checked it. */
interface Ordered extends One, Pick<Call, 'caller' | 'fence' | 'correlationId'> {
  body: { command: object; expectedVersion?: number | undefined };
}

function reads<K extends Kind>(services: Services, kind: K) {
  return {
    get: async ({ params }: One) => shown(await loadExisting(services.store, kind, params.id)),
    list: async ({ query }: Many) => {
      const { limit, cursor } = query;
      const page = await services.store.list<StateOf<K>>(kind, {
        where: whereOf(query.where),
        limit,
        cursor,
      });
      return { items: page.items.map(shown), ...(page.nextCursor ? { nextCursor: page.nextCursor } : {}) };
    },
  };
}

function resource<K extends Kind>(services: Services, kind: K) {
  const command = async ({ params, body, caller, fence, correlationId }: Ordered) => {
    // The endpoint's schema lets only commands of this kind through; who asks is not the request's to say.
    const wish = { ...body.command, by: actorOf(caller) } as CommandOf<K>;
    const terms = { fence, correlationId, expectedVersion: body.expectedVersion };
    return shown(await services.commands.execute(kind, params.id, wish, terms));
  };
  return { ...reads(services, kind), command };
}

const shown = <State>({ id, version, state }: Stored<State>) => ({ id, version, state });

const where = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]));

function whereOf(text: string | undefined): Record<string, Match> {
  if (text === undefined) return {};
  try {
    return where.parse(JSON.parse(text));
  } catch (cause) {
    throw new Refusal('invalid', 'where must be a JSON object of field to value or array of values', {
      fields: [{ pointer: '/query/where', message: 'is not such an object' }],
      cause,
    });
  }
}
