import { MemoryStore } from '@lcm/adapters/memory/memory-store.ts';
import { IN_MEMORY } from '@lcm/adapters/sql/sqlite-database.ts';
import { openSqliteStore } from '@lcm/adapters/sql/sqlite-store.ts';
import { SECRET, startTestPlane, type TestPlane } from '@lcm/control-plane-api/control-plane.fixture.ts';
import { endpointsOf } from '@lcm/control-plane-api/http/routes.ts';
import { contract } from '@lcm/core/api/contract.ts';
import { KINDS } from '@lcm/core/domain/kinds.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AnyEvent, type KindByType, kindsByType } from './kinds-by-type.ts';

/** Runs of each property; `TEST_RUNS=2000` for a long night. */
const numRuns = Number(process.env['TEST_RUNS'] ?? 15);
const timeout = 60_000 + 200 * numRuns;

interface Evolves {
  evolve(state: unknown, event: AnyEvent): unknown;
}

const kinds = kindsByType();
const rounds = kinds.flatMap(({ kind, events }) => {
  const { evolve } = KINDS[kind].decider as unknown as Evolves;
  return events.map(({ type, any }) => ({ kind, type, evolve, lives: livesWith(any, kind, events, evolve) }));
});

it('knows every kind, and events of each', () => {
  expect(kinds.map(({ kind }) => kind).sort()).toEqual(Object.keys(KINDS).sort());
  for (const { events } of kinds) expect(events).not.toEqual([]);
});

describe.each([
  ['memory', () => new MemoryStore()],
  ['SQLite', () => openSqliteStore(IN_MEMORY)],
])('through the store in %s', (_name, open) => {
  let store: StateStore;
  beforeAll(() => {
    store = open();
  });
  afterAll(() => store.close());

  it.each(rounds)('$type comes back as it went in, and with it the state', { timeout }, async (round) => {
    await fc.assert(
      fc.asyncProperty(round.lives, async (life) => {
        const id = await lived(store, round.kind, round.evolve, life);
        const head = await store.headOfLog();
        const logged = await store.readLog(head - life.length, life.length);
        expect(logged.map(({ data }) => data)).toEqual(life.map(asJson));
        expect(logged.map(({ type, at, by }) => ({ type, at, by }))).toEqual(
          life.map(({ type, at, by }) => ({ type, at, by })),
        );
        expect(await store.history(round.kind, id, 0, 100)).toEqual(logged);
        const told = logged.reduce<unknown>(
          (state, { data }) => round.evolve(state, data as AnyEvent),
          undefined,
        );
        expect((await store.load(round.kind, id))?.state).toEqual(asJson(told));
      }),
      { numRuns },
    );
  });
});

describe('over the wire', () => {
  let on: TestPlane;
  beforeAll(async () => {
    on = await startTestPlane();
  });
  afterAll(() => on.stop());

  it.each(rounds.filter(({ kind }) => kind === 'session'))(
    '$type is told as it happened',
    { timeout },
    async (round) => {
      await fc.assert(
        fc.asyncProperty(round.lives, async (life) => {
          const id = await lived(on.store, 'session', round.evolve, life);
          const answer = await on.plane.app.inject({ url: `/api/v1/sessions/${id}/history?limit=100` });
          const { items } = contract.sessions.history.answer.parse(answer.json());
          expect(items.map(({ type, at, by, data }) => ({ type, at, by, ...data }))).toEqual(
            life.map(asJson),
          );
        }),
        { numRuns: Math.min(numRuns, 100) },
      );
    },
  );

  // What no service needs, such as access tokens, is told to none.
  const told = new Set(endpointsOf(contract.internal).map(({ path }) => path));
  const kept = kinds.map(({ kind }) => kind).filter((kind) => told.has(`/api/internal/${kind}s/:id`));
  it('tells services of most kinds', () => expect(kept.length).toBeGreaterThan(8));
  it.each(kept)('the state of a %s is told as it is kept', { timeout }, async (kind) => {
    const lives = rounds.filter((round) => round.kind === kind);
    const headers = { authorization: `Bearer ${SECRET}` };
    await fc.assert(
      fc.asyncProperty(fc.oneof(...lives.map((round) => round.lives)), async (life) => {
        const id = await lived(on.store, kind, lives[0]?.evolve ?? never, life);
        const one = await on.plane.app.inject({ url: `/api/internal/${kind}s/${id}`, headers });
        const stored = await on.store.load(kind, id);
        expect(one.json()).toEqual({ id, version: life.length, state: stored?.state });
      }),
      { numRuns },
    );
  });
});

/** Lives of an aggregate in which that event happens: it is made, things happen, then that. */
function livesWith(
  any: fc.Arbitrary<AnyEvent>,
  kind: string,
  events: KindByType['events'],
  evolve: Evolves['evolve'],
): fc.Arbitrary<AnyEvent[]> {
  const makers = events.filter(({ any }) => makes(fc.sample(any, { numRuns: 1, seed: 7 })[0], evolve));
  if (makers.length === 0) throw new Error(`no event makes a ${kind}`);
  return fc
    .tuple(
      fc.oneof(...makers.map((maker) => maker.any)),
      fc.array(fc.oneof(...events.map((event) => event.any)), { maxLength: 3 }),
      any,
    )
    .map(([made, happened, last]) => [made, ...happened, last]);
}

function makes(event: AnyEvent | undefined, evolve: Evolves['evolve']): boolean {
  try {
    return event !== undefined && evolve(undefined, event) !== undefined;
  } catch {
    return false; // it happens to what is there already
  }
}

let made = 0;

/** Commits the life event by event; the id under which it is kept. */
async function lived(
  store: StateStore,
  kind: KindByType['kind'],
  evolve: Evolves['evolve'],
  life: readonly AnyEvent[],
): Promise<string> {
  const id = `a-${++made}`;
  let state: unknown;
  for (const [expectedVersion, event] of life.entries()) {
    state = evolve(state, event);
    const { type, at, by } = event;
    const change = { kind, id, expectedVersion, state, fences: {}, events: [{ type, at, by, data: event }] };
    expect(await store.commit([change])).toEqual([{ status: 'committed', version: expectedVersion + 1 }]);
  }
  return id;
}

function never(): never {
  throw new Error('a kind without events');
}

/** As JSON says it: without members that have no value. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
