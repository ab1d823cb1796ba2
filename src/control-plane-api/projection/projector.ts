import { liveStatuses } from '@lcm/core/domain/decider.ts';
import { SESSION_TRANSITIONS } from '@lcm/core/domain/session.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import { WORKER_TRANSITIONS } from '@lcm/core/domain/worker.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { StateBus } from '@lcm/core/spi/state-bus.ts';
import type { LoggedEvent, StateStore, Stored } from '@lcm/core/spi/state-store.ts';
import { followLog, type LogReader } from '../event-log/log-reader.ts';
import type { Queue } from '../queries/queue.ts';
import { aggregateAt, isProjected, keyOf, PROJECTED_KINDS, type ProjectedKind } from './keys.ts';
import { isGone, projectedOf } from './projected.ts';

interface Parts {
  store: StateStore;
  bus: StateBus;
  clock: Clock;
  log: Log;
  queue: Queue;
}

/** Keeps the bus as the store is. */
export interface Projector extends LogReader {
  /** Writes every live state to the bus, and takes away what is over. How many live states there are. */
  resync(): Promise<number>;
}

/** Starts following the log, after everything live was written once: the bus may have been lost or be new. */
export async function startProjector(parts: Parts): Promise<Projector> {
  const from = await parts.store.headOfLog();
  await resync(parts);
  const reader = followLog(parts, { from }, (events) => projectAll(parts, events));
  return Object.assign(reader, { resync: () => resync(parts) });
}

/** The newest state of everything that the events are about: one write per aggregate, however many events. */
async function projectAll(parts: Parts, events: readonly LoggedEvent[]): Promise<void> {
  const { store } = parts;
  const touched = new Map<string, { kind: ProjectedKind; id: string; types: string[]; at: string }>();
  for (const event of events) {
    if (!isProjected(event.kind)) continue;
    const key = keyOf(event.kind, event.id);
    const known = touched.get(key) ?? { kind: event.kind, id: event.id, types: [], at: event.at };
    known.types.push(event.type);
    known.at = event.at;
    touched.set(key, known);
  }
  for (const kind of PROJECTED_KINDS) {
    const ofKind = [...touched.values()].filter((one) => one.kind === kind);
    if (ofKind.length === 0) continue;
    const stored = new Map(
      (
        await store.loadMany<unknown>(
          kind,
          ofKind.map(({ id }) => id),
        )
      ).map((one) => [one.id, one]),
    );
    for (const { id, types, at } of ofKind) {
      const one = stored.get(id);
      if (one) await write(parts, kind, one, types, at);
    }
  }
}

async function write(
  { bus, queue }: Parts,
  kind: ProjectedKind,
  stored: Stored<unknown>,
  types: readonly string[],
  at: string,
): Promise<void> {
  if (kind === 'session') queue.note(stored.state as Session);
  const key = keyOf(kind, stored.id);
  if (isGone(kind, stored.state)) await bus.remove(key, stored.version);
  else await bus.project(key, projectedOf(kind, stored, types, at));
}

async function resync(parts: Parts): Promise<number> {
  const { store, bus, clock } = parts;
  let written = 0;
  const at = new Date(clock.now()).toISOString();
  for (const kind of PROJECTED_KINDS) {
    const live = new Set<string>();
    let cursor: string | undefined;
    do {
      const page = await store.list<unknown>(kind, { where: LIVE[kind] ?? {}, limit: 1_000, cursor });
      for (const stored of page.items) {
        if (isGone(kind, stored.state)) continue;
        await write(parts, kind, stored, [], at);
        live.add(stored.id);
      }
      cursor = page.nextCursor;
    } while (cursor);
    written += live.size;
    await removeOthers({ store, bus }, kind, live);
  }
  return written;
}

/** What ended while nobody told the bus, which may outlive this process, still stands there. */
async function removeOthers(
  { store, bus }: Pick<Parts, 'store' | 'bus'>,
  kind: ProjectedKind,
  live: ReadonlySet<string>,
): Promise<void> {
  const { entries } = await bus.list(keyOf(kind, ''));
  for (const { key, value } of entries) {
    const id = aggregateAt(key)?.id;
    if (id === undefined || live.has(id)) continue;
    const stored = await store.load<unknown>(kind, id);
    if (!stored) await bus.remove(key, value.version);
    else if (isGone(kind, stored.state)) await bus.remove(key, stored.version);
  }
}

/** Final sessions and workers are many and never projected: they are not even read. */
const LIVE: Partial<Record<ProjectedKind, Record<string, readonly string[]>>> = {
  session: { status: liveStatuses(SESSION_TRANSITIONS) },
  worker: { status: liveStatuses(WORKER_TRANSITIONS) },
};
