import type { SessionView } from '@lcm/core/api/sessions.ts';
import type { WorkerView } from '@lcm/core/api/workers.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import type { WorkerLedger } from '@lcm/core/domain/worker-ledger.ts';
import type { Worker } from '@lcm/core/domain/worker-state.ts';
import type { Stored } from '@lcm/core/spi/state-store.ts';
import type { Caller } from '../auth/caller.ts';
import type { Services } from '../services.ts';
import { decisionAmong } from './explained-in-sight.ts';
import { sessionView } from './session-view.ts';
import { viewerOf } from './visible.ts';
import { workerView } from './worker-view.ts';

/** Sessions as the caller may see them, with their workers and places in the queue looked up together. */
export async function sessionViews(
  services: Services,
  stored: readonly Stored<Session>[],
  caller: Caller,
): Promise<SessionView[]> {
  const now = services.clock.now();
  const settings = await services.settings.get();
  const ids = [...new Set(stored.flatMap(({ state }) => state.lastWorkerId ?? []))];
  const found = await services.store.loadMany<Worker>('worker', ids);
  const workers = new Map(found.map(({ state }) => [state.id, state]));
  const { sight } = await viewerOf(services, caller);
  return stored.map((one) => {
    const { lastWorkerId } = one.state;
    const worker = lastWorkerId && workers.get(lastWorkerId);
    const around = { now, settings, worker, queuePlace: services.queue.placeOf(one.state) };
    const view = sessionView(one, caller, around);
    return sight ? withoutElsewhere(view) : view;
  });
}

/** A session, or an event of one, for who sees but a part of the fleet: without workers elsewhere that were weighed. */
export function withoutElsewhere<View extends Pick<Partial<SessionView>, 'decision' | 'lastWorkerId'>>(
  view: View,
  lastWorkerId = view.lastWorkerId,
): View {
  const { decision } = view;
  return decision ? { ...view, decision: decisionAmong(decision, (id) => id === lastWorkerId) } : view;
}

/** One session as the caller may see it. */
export async function oneSessionView(
  services: Services,
  stored: Stored<Session>,
  caller: Caller,
): Promise<SessionView> {
  const [view] = await sessionViews(services, [stored], caller);
  if (!view) throw new Error('a session has no view');
  return view;
}

/** Workers with what is promised on them. */
export async function workerViews(
  services: Services,
  stored: readonly Stored<Worker>[],
): Promise<WorkerView[]> {
  const found = await services.store.loadMany<WorkerLedger>(
    'worker-ledger',
    stored.map(({ id }) => id),
  );
  const ledgers = new Map(found.map(({ id, state }) => [id, state]));
  return stored.map((one) => workerView(one, ledgers.get(one.id), services.clock.now()));
}

/** One worker with what is promised on it. */
export async function oneWorkerView(services: Services, stored: Stored<Worker>): Promise<WorkerView> {
  const [view] = await workerViews(services, [stored]);
  if (!view) throw new Error('a worker has no view');
  return view;
}
