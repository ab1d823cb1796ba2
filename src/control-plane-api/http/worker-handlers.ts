import type { workerTemplates } from '@lcm/core/api/worker-templates.ts';
import type { workers } from '@lcm/core/api/workers.ts';
import { workerTemplateId } from '@lcm/core/domain/ids.ts';
import { sameJson } from '@lcm/core/domain/same-json.ts';
import {
  type WorkerTemplate,
  type WorkerTemplateSpec,
  workerTemplateSpec,
} from '@lcm/core/domain/worker-template.ts';
import { actorOf } from '../auth/caller.ts';
import { actOnWorker, createWorker } from '../commands/workers.ts';
import type { MetricsSeries } from '../queries/metrics-series.ts';
import { oneWorkerView, workerViews } from '../queries/views.ts';
import { loadVisible } from '../queries/visible.ts';
import type { Services } from '../services.ts';
import { type Call, type Handlers, termsOf } from './handler.ts';
import { listOf, NEWEST, turned, withVersion } from './lists.ts';

/** Operations on workers; see core/api/workers.ts. */
export function workerHandlers(services: Services, metrics: MetricsSeries): Handlers<typeof workers> {
  type Acting = Pick<Call, 'caller' | 'expectedVersion' | 'fence' | 'correlationId'> & {
    params: { id: Parameters<typeof actOnWorker>[1]['id'] };
    body: { reason?: string | undefined; force: boolean };
  };
  const acting = (type: Parameters<typeof actOnWorker>[2]) => (call: Acting) =>
    actOnWorker(
      services,
      { id: call.params.id, caller: call.caller, terms: termsOf(call), ...call.body },
      type,
    );
  return {
    create: ({ body, caller, idempotencyKey, correlationId }) =>
      createWorker(services, body, caller, { idempotencyKey, correlationId }),
    list: async ({ query, caller }) => {
      const fields = { status: 'status', region: 'region' };
      const page = await listOf(services, caller, 'worker', query, fields, NEWEST);
      return turned(page, await workerViews(services, page.items));
    },
    get: async ({ params, caller }) =>
      oneWorkerView(services, await loadVisible(services, 'worker', params.id, caller)),
    ledger: async ({ params, caller }) =>
      (await loadVisible(services, 'worker-ledger', params.id, caller)).state,
    metrics: async ({ params, query, caller }) => {
      await loadVisible(services, 'worker', params.id, caller);
      return { items: metrics.of(params.id, query.limit) };
    },
    drain: acting('drain'),
    undrain: acting('undrain'),
    stop: acting('stop'),
    start: acting('start'),
    terminate: acting('terminate'),
    retry: acting('retry'),
  };
}

/** Operations on worker templates; see core/api/worker-templates.ts. The name is the identity. */
export function workerTemplateHandlers(services: Services): Handlers<typeof workerTemplates> {
  return {
    create: async ({ body, caller, correlationId, idempotencyKey }) => {
      const id = workerTemplateId.parse(body.name);
      const command = { type: 'create' as const, id, spec: body, by: actorOf(caller) };
      try {
        return withVersion(
          await services.commands.execute('worker-template', id, command, { correlationId }),
        );
      } catch (refusal) {
        // The key stands for this very body: what is there by that name has been made of it.
        const known = idempotencyKey && (await services.store.load<WorkerTemplate>('worker-template', id));
        if (known && !known.state.deleted && isMadeOf(known.state, body)) return withVersion(known);
        throw refusal;
      }
    },
    list: async ({ query, caller }) => {
      const byName = { field: 'name', direction: 'asc' as const };
      const page = await listOf(services, caller, 'worker-template', query, {}, byName);
      return turned(page, page.items.filter(({ state }) => !state.deleted).map(withVersion));
    },
    get: async ({ params, caller }) =>
      withVersion(await loadVisible(services, 'worker-template', params.id, caller)),
    update: async (call) => {
      const command = { type: 'update' as const, spec: call.body, by: actorOf(call.caller) };
      return withVersion(
        await services.commands.execute('worker-template', call.params.id, command, termsOf(call)),
      );
    },
    delete: async (call) => {
      await services.commands.execute(
        'worker-template',
        call.params.id,
        { type: 'delete', by: actorOf(call.caller) },
        termsOf(call),
      );
      return undefined;
    },
  };
}

const isMadeOf = (template: WorkerTemplate, spec: WorkerTemplateSpec): boolean =>
  sameJson(workerTemplateSpec.parse(template), spec);
