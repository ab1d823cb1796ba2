import type { Session } from '@lcm/core/domain/session-state.ts';
import type { BusEvent } from '@lcm/core/spi/state-bus.ts';
import type { Stored } from '@lcm/core/spi/state-store.ts';
import type { Caller } from '../auth/caller.ts';
import { maySee, onlyOwn, seesCandidates } from '../auth/session-access.ts';
import { aggregateAt } from '../projection/keys.ts';
import { withoutCandidate } from '../queries/session-view.ts';
import type { Services } from '../services.ts';
import { eventName, LIVE_KINDS, type LiveKind } from './event-names.ts';
import { frame } from './frame.ts';
import { liveEntities } from './live-entities.ts';
import { type Filterable, type LiveFilter, passes } from './live-filter.ts';
import { once } from './once.ts';

/** What became of one aggregate: made once, for all clients. */
export interface LiveChange {
  revision: number;
  /** The frame for that caller; nothing if it is not its business. */
  textFor(caller: Caller, filter: LiveFilter): string | undefined;
}

/** Changes as clients see them live. */
export class LiveView {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /** What events on the bus come to: one change for each aggregate that they are about, as it is by now. */
  async changes(events: readonly BusEvent[]): Promise<LiveChange[]> {
    const touched = new Map<string, Touched>();
    for (const event of events) {
      const at = aggregateAt(event.key);
      // A ledger's change shows on its worker.
      const kind = at?.kind === 'worker-ledger' ? 'worker' : at?.kind;
      if (!at || !isLive(kind)) continue;
      const key = `${kind}/${at.id}`;
      const known = touched.get(key) ?? { kind, id: at.id, revision: 0, types: [], removed: false };
      // Anew, so that the order is that of the last event of each.
      touched.delete(key);
      touched.set(key, {
        ...known,
        revision: event.revision,
        types: [...known.types, ...typesOf(event)],
        removed: event.type === 'delete' && at.kind === kind,
      });
    }
    const shown = await Promise.all(LIVE_KINDS.map((kind) => this.#changesOf(kind, touched)));
    return shown.flat().sort((one, other) => one.revision - other.revision);
  }

  async #changesOf(kind: LiveKind, touched: ReadonlyMap<string, Touched>): Promise<LiveChange[]> {
    const ofKind = new Map(
      [...touched.values()].filter((one) => one.kind === kind).map((one) => [one.id, one]),
    );
    if (ofKind.size === 0) return [];
    const stored = await this.#services.store.loadMany<never>(kind, [...ofKind.keys()]);
    const views = await liveEntities(this.#services, kind, stored);
    return stored.flatMap((one, index) => {
      const [view, at] = [views[index], ofKind.get(one.id)];
      return view && at ? [this.#changeOf(at, one, view)] : [];
    });
  }

  #changeOf(at: Touched, { id, version, state }: Stored<Session>, view: Filterable): LiveChange {
    const { kind, revision } = at;
    // A removed key says nothing of itself: the state in which it was left does.
    const types = at.removed ? [...at.types, `${kind}.${String(state.status).toLowerCase()}`] : at.types;
    const text = (entity: object) =>
      frame(
        eventName(kind, types),
        { kind, id, version, entity, events: types },
        `${this.#services.bus.epoch}.${revision}`,
      );
    const whole = once(() => text(view));
    if (kind !== 'session') {
      const textFor: LiveChange['textFor'] = (caller, filter) =>
        !onlyOwn(caller) && passes(kind, view, filter) ? whole() : undefined;
      return { revision, textFor };
    }
    const reduced = once(() => text(withoutCandidate(view as Filterable & { candidate?: unknown })));
    return {
      revision,
      textFor: (caller, filter) => {
        if (!maySee(caller, state) || !passes(kind, view, filter)) return undefined;
        return seesCandidates(caller, state) ? whole() : reduced();
      },
    };
  }
}

interface Touched {
  kind: LiveKind;
  id: string;
  revision: number;
  types: readonly string[];
  removed: boolean;
}

function typesOf({ value }: BusEvent): string[] {
  const types = value?.['events'];
  return Array.isArray(types) ? types.map(String) : [];
}

function isLive(kind: string | undefined): kind is LiveKind {
  return LIVE_KINDS.some((one) => one === kind);
}
