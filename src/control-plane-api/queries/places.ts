import type { StateOf } from '@lcm/core/domain/kinds.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import type { Worker } from '@lcm/core/domain/worker-state.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';
import type { VisibleKind } from '../auth/access-rules.ts';
import type { Place } from '../auth/fleet-sight.ts';

/** Where in the fleet each of these is, in order; undefined for what has no place in it. */
export async function placesOf<K extends VisibleKind>(
  store: StateStore,
  kind: K,
  states: readonly StateOf<K>[],
): Promise<(Place | undefined)[]> {
  const find: PlacesOf<K> = PLACES[kind];
  return find(store, states);
}

type PlacesOf<K extends VisibleKind> = (
  store: StateStore,
  states: readonly StateOf<K>[],
) => Promise<(Place | undefined)[]>;

const PLACES: { [K in VisibleKind]: PlacesOf<K> } = {
  worker: async (_store, workers) => workers.map(placeOfWorker),
  'worker-template': async (_store, templates) =>
    templates.map(({ region, tags = [] }) => ({ region, tags })),
  'worker-ledger': (store, ledgers) =>
    onWorkers(
      store,
      ledgers.map(({ workerId }) => workerId),
    ),
  'lab-record': (store, records) =>
    onWorkers(
      store,
      records.map(({ workerId }) => workerId),
    ),
  session: placesOfSessions,
  'score-report': async (store, reports) => {
    const ids = [...new Set(reports.map(({ sessionId }) => sessionId))];
    const sessions = (await store.loadMany<Session>('session', ids)).map(({ state }) => state);
    const places = await placesOfSessions(store, sessions);
    const byId = new Map(sessions.map(({ id }, index) => [id, places[index]]));
    return reports.map(({ sessionId }) => byId.get(sessionId));
  },
  definition: async (_store, definitions) => definitions.map(() => undefined),
  task: async (_store, tasks) => tasks.map(() => undefined),
};

/** A session is where its worker is; before it has one, in the region that it was booked for, if any. */
async function placesOfSessions(
  store: StateStore,
  sessions: readonly Session[],
): Promise<(Place | undefined)[]> {
  const places = await onWorkers(
    store,
    sessions.map(({ placement, lastWorkerId }) => placement?.workerId ?? lastWorkerId),
  );
  return sessions.map(
    ({ region }, index) => places[index] ?? (region === undefined ? undefined : { region, tags: undefined }),
  );
}

async function onWorkers(
  store: StateStore,
  ids: readonly (string | undefined)[],
): Promise<(Place | undefined)[]> {
  const wanted = [...new Set(ids.filter((id) => id !== undefined))];
  const found = await store.loadMany<Worker>('worker', wanted);
  const places = new Map<string, Place>(found.map(({ id, state }) => [id, placeOfWorker(state)]));
  return ids.map((id) => (id === undefined ? undefined : places.get(id)));
}

const placeOfWorker = ({ region, template }: Worker): Place => ({ region, tags: template.tags ?? [] });
