import {
  type ControllerOptions,
  type ReconcileContext,
  type RunningController,
  startController,
} from '@lcm/core/controller/controller.ts';
import type { LicenceType } from '@lcm/core/domain/resources.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import type { StateBus } from '@lcm/core/spi/state-bus.ts';
import { announceBreaker } from './circuit-breaker.ts';
import type { WorkerDeps } from './deps.ts';
import { fleet } from './fleet.ts';
import { defaultLimits, type WorkerLimits } from './limits.ts';
import { measure } from './measure.ts';
import { type Suspects, sweepOrphans } from './orphans.ts';
import { reclaim } from './reclaim.ts';
import { reconcileWorker } from './reconcile-worker.ts';
import { settingsReader } from './settings.ts';
import { shortZones } from './short-zones.ts';
import type { Next } from './visit.ts';

export interface WorkerControllerOptions
  extends Pick<
    WorkerDeps,
    'client' | 'cloud' | 'cml' | 'addresses' | 'secrets' | 'clock' | 'log' | 'installation' | 'userData'
  > {
  bus: StateBus;
  random: Random;
  /** Those that are not named are as `defaultLimits` has them. */
  limits?: Partial<WorkerLimits> | undefined;
  /** Reference of the licence token of a type, `env:LCM_LICENCE_TOKEN_<TYPE>` by default. */
  licenceToken?: ((type: LicenceType) => string) | undefined;
  concurrency?: number | undefined;
  partitions?: ControllerOptions['partitions'];
  leaseMs?: number | undefined;
  marginMs?: number | undefined;
  observe?: ControllerOptions['observe'];
}

/** What the controller does besides looking at single workers; each is due at the start and again and again. */
const STANDING = ['sweep:measure', 'sweep:orphans', 'sweep:reclaim'] as const;

/** Starts the worker controller: EC2 instances, CML readiness, licences, measurements, idle workers, orphans. */
export function startWorkerController(options: WorkerControllerOptions): RunningController {
  const limits = { ...defaultLimits, ...options.limits };
  const { client, clock } = options;
  const settings = settingsReader(client.internal, clock);
  const deps: WorkerDeps = {
    ...options,
    limits,
    settings: settings.read,
    fleet: fleet(client.internal, clock, limits),
    shortZones: shortZones(clock),
    licenceToken: options.licenceToken ?? ((type) => `env:LCM_LICENCE_TOKEN_${type}`),
  };
  const suspects: Suspects = new Map();
  return startController({
    name: 'worker-controller',
    bus: options.bus,
    clock,
    random: options.random,
    log: options.log,
    concurrency: options.concurrency ?? 20,
    partitions: options.partitions,
    leaseMs: options.leaseMs,
    marginMs: options.marginMs,
    observe: options.observe,
    resyncMs: limits.watchMs,
    watch: [
      { from: '/lcm/workers/' },
      // A booking or a release may make a worker needed, or free.
      { from: '/lcm/worker-ledgers/', idsOf: ({ id, type }) => (type === 'changed' ? [id] : []) },
      {
        from: '/lcm/settings/',
        idsOf: () => {
          settings.forget();
          return [];
        },
      },
    ],
    standing: STANDING,
    reconcile: (id, context) =>
      id.startsWith('sweep:') ? sweep(id, deps, suspects, context) : reconcileWorker(id, deps, context),
  });
}

async function sweep(
  id: string,
  deps: WorkerDeps,
  suspects: Suspects,
  context: ReconcileContext,
): Promise<Next> {
  const { measureMs, sweepMs } = deps.limits;
  const { reconcilePaused } = await deps.settings();
  switch (id) {
    case 'sweep:measure':
      await measure(deps, () => context.headers());
      return { againInMs: measureMs };
    case 'sweep:orphans':
      await announceBreaker(deps, context);
      if (!reconcilePaused) await sweepOrphans(deps, suspects, context);
      return { againInMs: sweepMs };
    default:
      if (!reconcilePaused) await reclaim(deps, context);
      return { againInMs: sweepMs };
  }
}
