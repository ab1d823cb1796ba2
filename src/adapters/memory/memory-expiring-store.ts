import type { Clock } from '@lcm/core/spi/clock.ts';
import type {
  ExpiringPlace,
  ExpiringRecord,
  ExpiringStore,
  ExpiringTerms,
} from '@lcm/core/spi/expiring-store.ts';

interface Kept {
  json: string;
  version: number;
  expiresAt: number | undefined;
  index: Readonly<Record<string, string>>;
}

/** Records that end by themselves, in memory: for tests, and for systems that may forget who was logged in. */
export class MemoryExpiringStore implements ExpiringStore {
  readonly #clock: Clock;
  readonly #collections = new Map<string, Map<string, Kept>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async get<Value>(collection: string, id: string): Promise<ExpiringRecord<Value> | undefined> {
    const kept = this.#live(collection, id);
    return kept && recordOf(id, kept);
  }

  async put(collection: string, id: string, value: unknown, terms: ExpiringTerms = {}): Promise<boolean> {
    const before = this.#live(collection, id);
    if (terms.ifVersion !== undefined && terms.ifVersion !== (before?.version ?? 0)) return false;
    this.#in(collection).set(id, {
      json: JSON.stringify(value),
      version: (before?.version ?? 0) + 1,
      expiresAt: terms.expiresAt,
      index: { ...terms.index },
    });
    return true;
  }

  async remove(collection: string, id: string): Promise<boolean> {
    return this.#live(collection, id) !== undefined && this.#in(collection).delete(id);
  }

  async findBy<Value>(collection: string, field: string, word: string): Promise<ExpiringRecord<Value>[]> {
    return this.#found(collection, field, word)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .slice(0, MOST)
      .map(([id, kept]) => recordOf<Value>(id, kept));
  }

  async removeBy(collection: string, field: string, word: string): Promise<number> {
    const found = this.#found(collection, field, word);
    for (const [id] of found) this.#in(collection).delete(id);
    return found.length;
  }

  async walk(after?: ExpiringPlace): Promise<(ExpiringRecord & ExpiringPlace)[]> {
    const found = [...this.#collections].flatMap(([collection, records]) =>
      [...records.keys()].flatMap((id) => {
        const kept = this.#live(collection, id);
        return kept ? [{ collection, ...recordOf(id, kept) }] : [];
      }),
    );
    return found
      .filter((one) => !after || inOrder(after, one) < 0)
      .sort(inOrder)
      .slice(0, MOST);
  }

  async rewrite({ collection, id }: ExpiringPlace, value: unknown, ifVersion: number): Promise<boolean> {
    const before = this.#live(collection, id);
    if (before?.version !== ifVersion) return false;
    this.#in(collection).set(id, { ...before, json: JSON.stringify(value), version: ifVersion + 1 });
    return true;
  }

  async close(): Promise<void> {
    this.#collections.clear();
  }

  #found(collection: string, field: string, word: string): [string, Kept][] {
    return [...this.#in(collection)].filter(
      ([id, { index }]) => index[field] === word && this.#live(collection, id),
    );
  }

  /** What is over is taken out when it is met. */
  #live(collection: string, id: string): Kept | undefined {
    const kept = this.#in(collection).get(id);
    if (kept?.expiresAt === undefined || kept.expiresAt > this.#clock.now()) return kept;
    this.#in(collection).delete(id);
    return undefined;
  }

  #in(collection: string): Map<string, Kept> {
    const known = this.#collections.get(collection) ?? new Map<string, Kept>();
    this.#collections.set(collection, known);
    return known;
  }
}

/** Records that one search gives at most. */
const MOST = 1_000;

/** By collection, then by id. */
function inOrder(one: ExpiringPlace, other: ExpiringPlace): number {
  if (one.collection !== other.collection) return one.collection < other.collection ? -1 : 1;
  if (one.id === other.id) return 0;
  return one.id < other.id ? -1 : 1;
}

function recordOf<Value>(id: string, { json, version, expiresAt }: Kept): ExpiringRecord<Value> {
  const value: Value = JSON.parse(json);
  return { id, value, version, ...(expiresAt === undefined ? {} : { expiresAt }) };
}
