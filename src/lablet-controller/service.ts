import {
  type ReconcileContext,
  type ReconcileResult,
  type RunningController,
  startController,
} from '@lcm/core/controller/controller.ts';
import { type Informer, type InformerChange, startInformer } from '@lcm/core/controller/informer.ts';
import { reconcileDefinition } from './definitions.ts';
import type { LabletDependencies, LabletRuntime } from './dependencies.ts';
import { reconcileGrading } from './grading/regrade.ts';
import { discoverLabs } from './labs/discovery.ts';
import { pauseSwitch } from './pause-switch.ts';
import { restsForMs } from './sessions/resting.ts';
import { reconcileSession } from './sessions.ts';

const NAME = 'lablet-controller';
/** Sessions worked on at once: most of the time goes into waiting for CML. */
const CONCURRENCY = 50;

/** Milliseconds after which a paused system is looked at again. */
const PAUSED_MS = 5_000;

type Reconcile = (
  deps: LabletDependencies,
  id: string,
  context: ReconcileContext,
) => Promise<ReconcileResult>;

/** What is looked after, by the first part of the queue's ids. */
const RECONCILERS: Readonly<Record<string, Reconcile>> = {
  sessions: reconcileSession,
  definitions: reconcileDefinition,
  gradings: reconcileGrading,
  workers: discoverLabs,
};

/**
 * Starts the controller of labs: it builds them ahead of their slots, lets candidates in and out, collects,
 * grades and gives back, follows definitions' content, and knows every lab on every worker.
 */
export function startLabletController(options: LabletDependencies & LabletRuntime): RunningController {
  const { partitions, leaseMs, marginMs, resyncMs, concurrency, observe, ...deps } = options;
  const { bus, clock, random, log } = deps;
  const pause = pauseSwitch(deps.client.internal, clock);
  const follow = (prefix: string) => startInformer({ bus, clock, random, log, prefix, resyncMs });
  const sessions = follow('/lcm/sessions/');
  const workers = follow('/lcm/workers/');
  const controller = startController({
    name: NAME,
    bus,
    clock,
    random,
    log,
    concurrency: concurrency ?? CONCURRENCY,
    partitions,
    leaseMs,
    marginMs,
    resyncMs,
    observe,
    watch: [
      { from: sessions, idsOf: sessionIds },
      { from: workers, idsOf: (change) => workerIds(change, sessions) },
      { from: '/lcm/definitions/', idsOf: ({ id }) => [`definitions/${id}`] },
      { from: '/lcm/grading-sessions/', idsOf: ({ id }) => [`gradings/${id}`] },
      {
        from: '/lcm/settings/',
        idsOf: () => {
          pause.forget();
          return [];
        },
      },
    ],
    reconcile: async (key, context) => {
      if (await pause.isPaused()) return { againInMs: PAUSED_MS };
      const slash = key.indexOf('/');
      const [kind, id] = [key.slice(0, slash), key.slice(slash + 1)];
      const reconcile = RECONCILERS[kind];
      if (!reconcile) throw new Error(`nobody looks after ${key}`);
      if (kind === 'sessions') {
        const session = sessions.cache.get(id);
        const worker = workers.cache.get(String(session?.['workerId']));
        const againInMs = restsForMs(session, worker, clock.now());
        if (againInMs !== undefined) return { againInMs };
      }
      return reconcile(deps, id, context);
    },
  });
  return {
    name: controller.name,
    partitions: controller.partitions,
    trigger: (id) => controller.trigger(id),
    stats: () => controller.stats(),
    stop: async (deadlineMs) => {
      await controller.stop(deadlineMs);
      await Promise.all([sessions.stop(), workers.stop()]);
    },
  };
}

/** Sessions that nobody has placed are the scheduler's. */
function sessionIds({ id, type, value }: InformerChange): string[] {
  return type === 'removed' || value['status'] === 'PENDING' ? [] : [`sessions/${id}`];
}

/** A worker that came or went concerns every session on it. */
function workerIds({ id, type, value, before }: InformerChange, sessions: Informer): string[] {
  const known = `workers/${id}`;
  if (type === 'resync' || (type === 'changed' && before?.['status'] === value['status'])) return [known];
  const on = [...sessions.cache].filter(([, session]) => session['workerId'] === id);
  return [known, ...on.map(([session]) => `sessions/${session}`)];
}
