import type { Kind } from '@lcm/core/domain/kinds.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Change, CommitOutcome, ListQuery, NewEvent, StateStore } from '@lcm/core/spi/state-store.ts';
import { afterEach, beforeEach } from 'vitest';

/** Opens stores over one content: what one of them has written the next one finds. */
export interface StoreUnderTest {
  open(shapes?: Shapes): Promise<StateStore>;
  /** Removes the content. */
  discard(): Promise<void>;
}

/** How documents are shaped and indexed, by kind. */
export type Shapes = Readonly<
  Record<
    Kind,
    {
      schemaNumber: number;
      upcasts: readonly ((state: unknown) => unknown)[];
      indexes: readonly (readonly string[])[];
    }
  >
>;

/** The store of the test that runs, and what tests do with it over and over. */
export interface StoreInTest {
  readonly store: StateStore;
  put(...changes: Change[]): Promise<CommitOutcome[]>;
  /** Ids of the sessions that the query gives. */
  ids(query: ListQuery): Promise<string[]>;
  /** Closes the store and opens another over the same content. */
  reopen(shapes?: Shapes): Promise<void>;
}

/** Opens a store over a content of its own for each test of the suite it is called in. */
export function storePerTest(make: () => Promise<StoreUnderTest>): StoreInTest {
  let content: StoreUnderTest;
  let store: StateStore;
  beforeEach(async () => {
    content = await make();
    store = await content.open();
  });
  afterEach(async () => {
    await store.close();
    await content.discard();
  });
  return {
    get store() {
      return store;
    },
    put: (...changes) => store.commit(changes),
    ids: async (query) => (await store.list('session', query)).items.map(({ id }) => id),
    reopen: async (shapes) => {
      await store.close();
      store = await content.open(shapes);
    },
  };
}

/** An event of that type. */
export const event = (type: string): NewEvent => ({
  type,
  at: '2026-01-01T00:00:00.000Z',
  by: 'user:ann',
  data: { type },
});

/** A change of a session with one event. */
export const change = (id: string, expectedVersion: number, state: unknown = {}): Change => ({
  kind: 'session',
  id,
  expectedVersion,
  state,
  fences: {},
  events: [event('changed')],
});

/** What a call is refused with. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  const outcome = await call.then(
    () => 'nothing was refused',
    (error: unknown) => error,
  );
  if (outcome instanceof Refusal) return outcome;
  throw outcome;
}
