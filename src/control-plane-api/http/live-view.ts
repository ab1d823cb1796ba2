import type { Definition } from '@lcm/core/domain/definition-state.ts';
import type { LabRecord } from '@lcm/core/domain/lab-record.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { SESSION_STATUSES, type Session } from '@lcm/core/domain/session-state.ts';
import { iso } from '@lcm/core/domain/time.ts';
import type { Worker } from '@lcm/core/domain/worker-state.ts';
import { WORKER_STATUSES } from '@lcm/core/domain/worker-state.ts';
import type { BusEvent } from '@lcm/core/spi/state-bus.ts';
import type { ListQuery, Stored } from '@lcm/core/spi/state-store.ts';
import { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import { maySee, onlyOwn, visibleTo } from '../auth/session-access.ts';
import { aggregateAt } from '../projection/keys.ts';
import { oneSessionView, oneWorkerView, sessionViews, workerViews } from '../queries/views.ts';
import type { Services } from '../services.ts';
import { eventName, LIVE_KINDS, type LiveKind, SNAPSHOT_NAMES } from './event-names.ts';

/** What a client wants to hear of; it holds for snapshots and changes alike. */
export interface LiveFilter {
  kinds: readonly LiveKind[];
  sessionIds?: readonly string[] | undefined;
  workerIds?: readonly string[] | undefined;
}

const listOf = z
  .string()
  .max(10_000)
  .transform((text) => text.split(',').filter(Boolean))
  .optional();
const filterQuery = z.object({ kinds: listOf, sessionIds: listOf, workerIds: listOf });

/** @throws Refusal `invalid` for kinds that nobody can follow */
export function parseFilter(query: unknown): LiveFilter {
  const parsed = filterQuery.safeParse(query);
  const wanted = parsed.success ? parsed.data : undefined;
  const kinds = z.array(z.enum(LIVE_KINDS)).safeParse(wanted?.kinds ?? LIVE_KINDS);
  if (wanted && kinds.success)
    return { kinds: kinds.data, sessionIds: wanted.sessionIds, workerIds: wanted.workerIds };
  throw new Refusal('invalid', `kinds must be some of ${LIVE_KINDS.join(', ')}`, {
    fields: [{ pointer: '/query/kinds', message: 'has an unknown kind' }],
  });
}

/** Items in one snapshot frame. */
const FRAME_ITEMS = 200;
/** Sessions that ended this lately are part of a snapshot. */
const RECENT_MS = 24 * 3_600_000;

interface Shown {
  event: string;
  data: Record<string, unknown>;
}

/** States as clients see them live: the snapshot for one that connects, and each change, for its caller. */
export class LiveView {
  readonly #services: Services;
  /** The newest views, so that a thousand clients cost one load: by what is seen, not by who sees it. */
  readonly #cache = new Map<string, { revision: number; shown: Promise<Shown | undefined> }>();

  constructor(services: Services) {
    this.#services = services;
  }

  /** Everything that the caller may see and the filter lets through, in frames. */
  async *snapshot(caller: Caller, filter: LiveFilter, revision: number): AsyncGenerator<Shown> {
    for (const kind of filter.kinds) {
      if (kind !== 'session' && onlyOwn(caller)) continue;
      for (const query of queriesFor(kind, this.#services.clock.now(), caller)) {
        let cursor: string | undefined;
        do {
          const page = await this.#services.store.list<never>(kind, { ...query, limit: FRAME_ITEMS, cursor });
          const items = (await this.#views(kind, page.items, caller)).filter((view) =>
            passes(kind, view, filter),
          );
          if (items.length > 0) yield { event: SNAPSHOT_NAMES[kind], data: { kind, items, revision } };
          cursor = page.nextCursor;
        } while (cursor);
      }
    }
  }

  /** What a change on the bus is to this caller; nothing if it is not its business. */
  async change(event: BusEvent, caller: Caller, filter: LiveFilter): Promise<Shown | undefined> {
    const at = aggregateAt(event.key);
    // A ledger's change shows on its worker.
    const kind = at?.kind === 'worker-ledger' ? 'worker' : at?.kind;
    if (!at || !isLive(kind) || !filter.kinds.includes(kind)) return undefined;
    if (kind !== 'session' && onlyOwn(caller)) return undefined;
    const seenAs = kind === 'session' ? `${caller.issuer}|${caller.subject}|${caller.roles.join()}` : '';
    const key = `${kind}/${at.id}/${seenAs}`;
    let cached = this.#cache.get(key);
    if (!cached || cached.revision < event.revision) {
      const types = Array.isArray(event.value?.['events']) ? event.value['events'].map(String) : [];
      cached = { revision: event.revision, shown: this.#show(kind, at.id, types, caller) };
      this.#remember(key, cached);
    }
    const shown = await cached.shown;
    return shown && passes(kind, shown.data['entity'], filter) ? shown : undefined;
  }

  #remember(key: string, entry: { revision: number; shown: Promise<Shown | undefined> }): void {
    this.#cache.delete(key);
    this.#cache.set(key, entry);
    if (this.#cache.size <= 2_000) return;
    const oldest = this.#cache.keys().next().value;
    if (oldest !== undefined) this.#cache.delete(oldest);
  }

  async #show(
    kind: LiveKind,
    id: string,
    types: readonly string[],
    caller: Caller,
  ): Promise<Shown | undefined> {
    const stored = await this.#services.store.load<never>(kind, id);
    if (!stored) return undefined;
    const [entity] = await this.#views(kind, [stored], caller);
    if (!entity) return undefined;
    return {
      event: eventName(kind, types),
      data: { kind, id, version: stored.version, entity, events: types },
    };
  }

  async #views(kind: LiveKind, stored: readonly Stored<unknown>[], caller: Caller): Promise<object[]> {
    switch (kind) {
      case 'session': {
        const sessions = (stored as Stored<Session>[]).filter(({ state }) => maySee(caller, state));
        const [only] = sessions;
        return sessions.length === 1 && only
          ? [await oneSessionView(this.#services, only, caller)]
          : sessionViews(this.#services, sessions, caller);
      }
      case 'worker': {
        const workers = stored as Stored<Worker>[];
        const [only] = workers;
        return workers.length === 1 && only
          ? [await oneWorkerView(this.#services, only)]
          : workerViews(this.#services, workers);
      }
      case 'definition':
        return (stored as Stored<Definition>[]).map(({ state, version }) => ({ ...state, version }));
      case 'lab-record':
        return (stored as Stored<LabRecord>[]).map(({ state, version }) => ({ ...state, version }));
    }
  }
}

function isLive(kind: string | undefined): kind is LiveKind {
  return LIVE_KINDS.some((one) => one === kind);
}

function queriesFor(kind: LiveKind, now: number, caller: Caller): Omit<ListQuery, 'limit'>[] {
  const own = visibleTo(caller);
  switch (kind) {
    case 'session': {
      const live = SESSION_STATUSES.filter((status) => !FINAL.includes(status));
      const recent = { from: iso(now - RECENT_MS) };
      return [{ where: { ...own, status: live } }, { where: { ...own, status: FINAL, createdAt: recent } }];
    }
    case 'worker':
      return [
        { where: { status: WORKER_STATUSES.filter((status) => status !== 'TERMINATED') } },
        { where: { status: ['TERMINATED'], createdAt: { from: iso(now - RECENT_MS) } } },
      ];
    default:
      return [{}];
  }
}

const FINAL: readonly string[] = ['ARCHIVED', 'EXPIRED', 'TERMINATED'];

function passes(kind: LiveKind, view: unknown, filter: LiveFilter): boolean {
  const facts = view as { id: string; workerId?: string; boundTo?: string; placement?: { workerId: string } };
  const sessionOf = kind === 'session' ? facts.id : facts.boundTo;
  const workerOf = kind === 'worker' ? facts.id : (facts.placement?.workerId ?? facts.workerId);
  if (
    filter.sessionIds &&
    (kind === 'session' || kind === 'lab-record') &&
    !(sessionOf && filter.sessionIds.includes(sessionOf))
  )
    return false;
  return (
    !filter.workerIds ||
    kind === 'definition' ||
    (workerOf !== undefined && filter.workerIds.includes(workerOf))
  );
}
