import { isDeepStrictEqual } from 'node:util';
import { KINDS, type Kind } from '@lcm/core/domain/kinds.ts';
import type { LoggedEvent, StateStore } from '@lcm/core/spi/state-store.ts';

/** What the judge needs of a kind: events of any kind lead to states of the same. */
interface AnyDecider {
  evolve(state: unknown, event: unknown): unknown;
}

/**
 * Where the log and the states disagree, in words: gaps or doubles in an aggregate's versions or sequence, a
 * state that is not what its events come to, a version that no event led to. Nothing where no update was lost.
 */
export async function contradictions(store: StateStore): Promise<string[]> {
  const found: string[] = [];
  const byAggregate = Map.groupBy(await wholeLog(store), ({ kind, id }) => `${kind}/${id}`);
  for (const [name, events] of byAggregate) {
    const [first] = events;
    if (!first) continue;
    found.push(...gaps(name, events));
    const stored = await store.load(first.kind, first.id);
    if (stored?.version !== events.at(-1)?.version)
      found.push(`${name} is at version ${stored?.version}, its log at ${events.at(-1)?.version}`);
    if (!isDeepStrictEqual(stored?.state, foldOf(first.kind, events)))
      found.push(`${name} is not what its events come to`);
  }
  for (const kind of Object.keys(KINDS) as Kind[]) {
    for (const { id } of await everyOne(store, kind))
      if (!byAggregate.has(`${kind}/${id}`)) found.push(`${kind}/${id} has no events`);
  }
  return found;
}

/** Every event there is, oldest first. */
export async function wholeLog(store: StateStore): Promise<LoggedEvent[]> {
  const all: LoggedEvent[] = [];
  for (let page = await store.readLog(0, 1_000); page.length > 0; ) {
    all.push(...page);
    page = await store.readLog(all.at(-1)?.cursor ?? 0, 1_000);
  }
  return all;
}

/** Every aggregate of a kind. */
export async function everyOne<State>(store: StateStore, kind: Kind) {
  const all: { id: string; version: number; state: State }[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list<State>(kind, { limit: 1_000, cursor });
    all.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return all;
}

/** The states that the events lead to, one after each, by the kind's own rules and nothing else. */
export function statesAlong(kind: Kind, events: readonly LoggedEvent[]): unknown[] {
  const decider = KINDS[kind].decider as unknown as AnyDecider;
  const states: unknown[] = [];
  for (const { data } of events) states.push(decider.evolve(states.at(-1), data));
  return states;
}

/** Through JSON, as a store keeps it. */
function foldOf(kind: Kind, events: readonly LoggedEvent[]): unknown {
  return JSON.parse(JSON.stringify(statesAlong(kind, events).at(-1)));
}

function gaps(name: string, events: readonly LoggedEvent[]): string[] {
  let version = 0;
  return events.flatMap((event, index) => {
    const follows = event.version === version || event.version === version + 1;
    version = event.version;
    if (event.seq !== index + 1) return [`${name} has event ${event.seq} in place ${index + 1}`];
    return follows ? [] : [`${name} jumps to version ${event.version}`];
  });
}
