import type { StateOf } from '@lcm/core/domain/kinds.ts';
import type { Stored } from '@lcm/core/spi/state-store.ts';
import { readsCandidate, readsRubrics, sees, type Viewer } from '../auth/access-rules.ts';
import type { Caller } from '../auth/caller.ts';
import { withVersion } from '../http/lists.ts';
import { placesOf } from '../queries/places.ts';
import { sessionViews, withoutElsewhere, workerViews } from '../queries/views.ts';
import { withoutCandidate, withoutRubric } from '../queries/withheld.ts';
import type { Services } from '../services.ts';
import type { LiveKind } from './event-names.ts';
import type { Filterable } from './live-filter.ts';
import { once } from './once.ts';

/** An aggregate as clients see it live: made once, for all of them. */
export interface LiveEntity {
  /** With everything that anybody may read. */
  whole: Filterable;
  /** Without what only some may read. */
  reduced: Filterable;
  status: string;
  isSeenBy(viewer: Viewer): boolean;
  /** As the viewer may read it: the very same for all who read it alike. */
  viewFor(viewer: Viewer): Filterable;
}

/** Sees all; what others may not see is taken out of its views. */
const EVERYTHING: Caller = { issuer: 'local', subject: 'live', username: 'live', roles: ['admin'] };

/** What there is to show of each, in order, and to whom. */
export async function liveEntities<K extends LiveKind>(
  services: Services,
  kind: K,
  stored: readonly Stored<StateOf<K>>[],
): Promise<LiveEntity[]> {
  const shown = await SHOWN[kind](services, stored);
  const { visibility } = await services.settings.get();
  const states = stored.map(({ state }) => state);
  const places = visibility.length > 0 ? await placesOf(services.store, kind, states) : [];
  return stored.map(({ state }, index) => {
    const one = shown[index];
    if (!one) throw new Error(`a ${kind} has no view`);
    return { ...one, isSeenBy: (viewer) => sees(viewer, kind, state, places[index]) };
  });
}

type Shown = Omit<LiveEntity, 'isSeenBy'>;

const SHOWN: {
  [K in LiveKind]: (services: Services, stored: readonly Stored<StateOf<K>>[]) => Promise<Shown[]>;
} = {
  session: async (services, stored) =>
    (await sessionViews(services, stored, EVERYTHING)).map((view, index) => {
      const reduced = withoutCandidate(view);
      const wholeOfPart = once(() => withoutElsewhere(view));
      const reducedOfPart = once(() => withoutElsewhere(reduced));
      return {
        whole: view,
        reduced,
        status: view.status,
        viewFor: ({ caller, sight }) => {
          const state = stored[index]?.state;
          const isWhole = state !== undefined && readsCandidate(caller, state);
          if (!sight) return isWhole ? view : reduced;
          return isWhole ? wholeOfPart() : reducedOfPart();
        },
      };
    }),
  worker: async (services, stored) =>
    (await workerViews(services, stored)).map((view) => sameForAll(view, view.status)),
  definition: async (_services, stored) =>
    stored.map(withVersion).map((view) => {
      const reduced = withoutRubric(view);
      return {
        whole: view,
        reduced,
        status: view.status,
        viewFor: ({ caller }) => (readsRubrics(caller) ? view : reduced),
      };
    }),
  'lab-record': async (_services, stored) =>
    stored.map((one) => sameForAll(withVersion(one), one.state.status)),
};

const sameForAll = (view: Filterable, status: string): Shown => ({
  whole: view,
  reduced: view,
  status,
  viewFor: () => view,
});
