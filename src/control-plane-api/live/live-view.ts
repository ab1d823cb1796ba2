import type { BusEvent } from '@lcm/core/spi/state-bus.ts';
import type { Viewer } from '../auth/access-rules.ts';
import { aggregateAt } from '../projection/keys.ts';
import type { Services } from '../services.ts';
import { eventName, LIVE_KINDS, type LiveKind } from './event-names.ts';
import { frame } from './frame.ts';
import { type LiveEntity, liveEntities } from './live-entities.ts';
import { type LiveFilter, passes } from './live-filter.ts';

/** What became of one aggregate: made once, for all clients. */
export interface LiveChange {
  revision: number;
  /** The frame for that viewer; nothing if it is not its business. */
  textFor(viewer: Viewer, filter: LiveFilter): string | undefined;
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
    const entities = await liveEntities(this.#services, kind, stored);
    return stored.flatMap(({ id, version }, index) => {
      const [entity, at] = [entities[index], ofKind.get(id)];
      return entity && at ? [this.#changeOf(at, version, entity)] : [];
    });
  }

  #changeOf(at: Touched, version: number, entity: LiveEntity): LiveChange {
    const { kind, id, revision } = at;
    // A removed key says nothing of itself: the state in which it was left does.
    const types = at.removed ? [...at.types, `${kind}.${entity.status.toLowerCase()}`] : at.types;
    const texts = new Map<object, string>();
    const textOf = (view: object) => {
      const known = texts.get(view);
      if (known !== undefined) return known;
      const data = { kind, id, version, entity: view, events: types };
      const text = frame(eventName(kind, types), data, `${this.#services.bus.epoch}.${revision}`);
      texts.set(view, text);
      return text;
    };
    return {
      revision,
      textFor: (viewer, filter) => {
        if (!passes(kind, entity.whole, filter) || !entity.isSeenBy(viewer)) return undefined;
        return textOf(entity.viewFor(viewer));
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
