import { liveStatuses } from '@lcm/core/domain/decider.ts';
import { WORKER_TRANSITIONS } from '@lcm/core/domain/worker.ts';
import type { Worker } from '@lcm/core/domain/worker-state.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { InternalClient } from './internal-client.ts';
import type { WorkerLimits } from './limits.ts';
import { pagesOf } from './pages.ts';

/** All workers together, for what must not be decided by looking at one alone. */
export interface Fleet {
  /** Every worker that is not TERMINATED, a few seconds old at most. */
  workers(): Promise<Worker[]>;
  /**
   * Why no automatic scaling or termination may be done now, if so: too many workers are unhealthy at once,
   * which is more likely our mistake, or the cloud's, than theirs.
   */
  tripped(): Promise<string | undefined>;
  /** Does one thing that takes a worker out of service, told how many run now; never two at a time here. */
  disrupt<T>(action: (running: number) => Promise<T>): Promise<T>;
}

/** How old a picture of the fleet may be, milliseconds. */
const FRESH_MS = 5_000;

const LIVE = liveStatuses(WORKER_TRANSITIONS);

/** The fleet as the control plane knows it. */
export function fleet(client: InternalClient, clock: Clock, limits: WorkerLimits): Fleet {
  let known: { at: number; workers: Promise<Worker[]> } | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const read = async (): Promise<Worker[]> => {
    const where = JSON.stringify({ status: LIVE });
    const found: Worker[] = [];
    for await (const { state } of pagesOf((cursor) => client.workers.list({ query: { where, cursor } })))
      found.push(state);
    return found;
  };
  const workers = (): Promise<Worker[]> => {
    if (!known || clock.monotonic() - known.at > FRESH_MS) {
      const reading = { at: clock.monotonic(), workers: read() };
      known = reading;
      reading.workers.catch(() => {
        if (known === reading) known = undefined;
      });
    }
    return known.workers;
  };

  return {
    workers,
    tripped: async () => verdict(await workers(), limits),
    disrupt: (action) => {
      const mine = turn.then(async () => {
        const running = (await read()).filter(({ status }) => status === 'RUNNING').length;
        return action(running);
      });
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
}

/** Workers at rest are neither healthy nor unhealthy. */
function verdict(workers: readonly Worker[], limits: WorkerLimits): string | undefined {
  const active = workers.filter(({ status }) => status !== 'PENDING' && status !== 'STOPPED');
  const unhealthy = active.filter(isUnhealthy);
  if (unhealthy.length < limits.breakerCount || unhealthy.length <= active.length * limits.breakerShare)
    return undefined;
  const names = unhealthy.slice(0, 5).map(({ name }) => name);
  return `${unhealthy.length} of ${active.length} workers are unhealthy (${names.join(', ')}): automatic scaling and termination have stopped`;
}

function isUnhealthy(worker: Worker): boolean {
  if (worker.status === 'FAILED') return true;
  const served = worker.history.some(({ to }) => to === 'RUNNING');
  const silent = worker.conditions.some(({ type, status }) => type === 'CmlReady' && status === 'False');
  return served && silent && ['RUNNING', 'DRAINING', 'STARTING'].includes(worker.status);
}
