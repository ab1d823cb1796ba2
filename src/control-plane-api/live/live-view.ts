import type { Definition } from '@lcm/core/domain/definition-state.ts';
import type { LabRecord } from '@lcm/core/domain/lab-record.ts';
import { SESSION_STATUSES, type Session } from '@lcm/core/domain/session-state.ts';
import { iso } from '@lcm/core/domain/time.ts';
import { WORKER_STATUSES, type Worker } from '@lcm/core/domain/worker-state.ts';
import type { BusEvent } from '@lcm/core/spi/state-bus.ts';
import type { ListQuery, Stored } from '@lcm/core/spi/state-store.ts';
import type { Caller } from '../auth/caller.ts';
import { maySee, onlyOwn, seesCandidates, visibleTo } from '../auth/session-access.ts';
import { aggregateAt } from '../projection/keys.ts';
import { withoutCandidate } from '../queries/session-view.ts';
import { sessionViews, workerViews } from '../queries/views.ts';
import type { Services } from '../services.ts';
import { eventName, LIVE_KINDS, type LiveKind, SNAPSHOT_NAMES } from './event-names.ts';
import { frame } from './frame.ts';
import { type Filterable, type LiveFilter, passes } from './live-filter.ts';

/** Items in one snapshot frame. */
const FRAME_ITEMS = 200;
/** Sessions that are over are part of a snapshot if their slot began this lately. */
const RECENT_MS = 24 * 3_600_000;

/** What became of one aggregate: made once, for all clients. */
export interface LiveChange {
  revision: number;
  /** The frame for that caller; nothing if it is not its business. */
  textFor(caller: Caller, filter: LiveFilter): string | undefined;
}

/** Sees all; what others may not see is taken out of its views. */
const EVERYTHING: Caller = { issuer: 'local', subject: 'live', username: 'live', roles: ['admin'] };

/** States as clients see them live: the snapshot for one that connects, and each change, for its caller. */
export class LiveView {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  /** Everything that the caller may see and the filter lets through, in frames. */
  async *snapshot(caller: Caller, filter: LiveFilter, revision: number): AsyncGenerator<string> {
    for (const kind of filter.kinds) {
      if (kind !== 'session' && onlyOwn(caller)) continue;
      for (const query of queriesFor(kind, this.#services.clock.now(), caller)) {
        let cursor: string | undefined;
        do {
          const page = await this.#services.store.list<never>(kind, { ...query, limit: FRAME_ITEMS, cursor });
          const views = await this.#views(kind, page.items, caller);
          const items = views.filter((view) => passes(kind, view, filter));
          if (items.length > 0) yield frame(SNAPSHOT_NAMES[kind], { kind, items, revision });
          cursor = page.nextCursor;
        } while (cursor);
      }
    }
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
    const views = await this.#views(kind, stored, EVERYTHING);
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

  async #views(kind: LiveKind, stored: readonly Stored<unknown>[], caller: Caller): Promise<Filterable[]> {
    switch (kind) {
      case 'session': {
        const sessions = (stored as Stored<Session>[]).filter(({ state }) => maySee(caller, state));
        return sessionViews(this.#services, sessions, caller);
      }
      case 'worker':
        return workerViews(this.#services, stored as Stored<Worker>[]);
      case 'definition':
        return (stored as Stored<Definition>[]).map(({ state, version }) => ({ ...state, version }));
      case 'lab-record':
        return (stored as Stored<LabRecord>[]).map(({ state, version }) => ({ ...state, version }));
    }
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

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const FINAL: readonly string[] = ['ARCHIVED', 'EXPIRED', 'TERMINATED'];

function queriesFor(kind: LiveKind, now: number, caller: Caller): Omit<ListQuery, 'limit'>[] {
  const own = visibleTo(caller);
  const recent = { from: iso(now - RECENT_MS) };
  switch (kind) {
    case 'session': {
      const live = SESSION_STATUSES.filter((status) => !FINAL.includes(status));
      return [
        { where: { ...own, status: live } },
        { where: { ...own, status: FINAL, 'timeslot.start': recent } },
      ];
    }
    case 'worker':
      return [
        { where: { status: WORKER_STATUSES.filter((status) => status !== 'TERMINATED') } },
        { where: { status: ['TERMINATED'], createdAt: recent } },
      ];
    default:
      return [{}];
  }
}
