/** What can be kept: it has an id, and a version that grows with each change. */
export interface Entity {
  id: string;
  version: number;
}

interface Kept<E> {
  entity: E;
  /** The snapshot in which it was last seen. */
  generation: number;
}

/**
 * Entities of one kind by id, with their newest version. Those who look at one are told of that one only, so
 * that a thousand changes a second re-draw what is on the screen and nothing else.
 */
export class EntityStore<E extends Entity> {
  #kept = new Map<string, Kept<E>>();
  #generation = 0;
  #snapshotting = false;
  #watchersById = new Map<string, Set<() => void>>();
  #watchers = new Set<() => void>();
  #indexes = new Map<string, EntityIndex<E>>();
  #changes = 0;

  /** @param indexes by name: the key under which an entity is found, or undefined for none */
  constructor(indexes: Record<string, (entity: E) => string | undefined> = {}) {
    for (const [name, keyOf] of Object.entries(indexes)) this.#indexes.set(name, new EntityIndex(keyOf));
  }

  get = (id: string): E | undefined => this.#kept.get(id)?.entity;

  get size(): number {
    return this.#kept.size;
  }

  /** Grows with every change; equal numbers mean that nothing happened in between. */
  changes = (): number => this.#changes;

  *values(): Generator<E> {
    for (const { entity } of this.#kept.values()) yield entity;
  }

  /** Ids of the entities with that key in the index, in no order. */
  indexed(name: string, key: string): readonly string[] {
    return this.#index(name).idsOf(key);
  }

  /** How many entities have each key of the index. */
  counts(name: string): ReadonlyMap<string, number> {
    return this.#index(name).counts();
  }

  /** Calls when the entity changes, appears or goes. */
  watch(id: string, call: () => void): () => void {
    const watchers = this.#watchersById.get(id) ?? new Set();
    this.#watchersById.set(id, watchers.add(call));
    return () => {
      watchers.delete(call);
      if (watchers.size === 0) this.#watchersById.delete(id);
    };
  }

  /** Calls once after each batch that changed anything. */
  watchAll = (call: () => void): (() => void) => {
    this.#watchers.add(call);
    return () => this.#watchers.delete(call);
  };

  /** Takes new versions; older ones than those here are dropped. Everybody concerned is told once. */
  put(entities: Iterable<E>): void {
    const changed = new Set<string>();
    for (const entity of entities) {
      const before = this.#kept.get(entity.id);
      if (before && before.entity.version >= entity.version) {
        before.generation = this.#generation;
        continue;
      }
      this.#kept.set(entity.id, { entity, generation: this.#generation });
      for (const index of this.#indexes.values()) index.move(before?.entity, entity);
      changed.add(entity.id);
    }
    this.#tell(changed);
  }

  /** A snapshot begins: what is not seen again before it is complete will be gone. What is here stays shown. */
  beginSnapshot(): void {
    if (this.#snapshotting) return;
    this.#snapshotting = true;
    this.#generation += 1;
  }

  /** The snapshot is complete: what was not in it goes. */
  endSnapshot(): void {
    if (!this.#snapshotting) return;
    this.#snapshotting = false;
    const gone = new Set<string>();
    for (const [id, { entity, generation }] of this.#kept) {
      if (generation === this.#generation) continue;
      this.#kept.delete(id);
      for (const index of this.#indexes.values()) index.move(entity, undefined);
      gone.add(id);
    }
    this.#tell(gone);
  }

  /** Forgets everything: versions of another epoch cannot be compared with those here. */
  clear(): void {
    const gone = new Set(this.#kept.keys());
    this.#kept.clear();
    for (const index of this.#indexes.values()) index.clear();
    this.#tell(gone);
  }

  #index(name: string): EntityIndex<E> {
    const index = this.#indexes.get(name);
    if (!index) throw new Error(`there is no index ${name}`);
    return index;
  }

  #tell(ids: ReadonlySet<string>): void {
    if (ids.size === 0) return;
    this.#changes += 1;
    for (const id of ids) for (const call of [...(this.#watchersById.get(id) ?? [])]) call();
    for (const call of [...this.#watchers]) call();
  }
}

/** Ids by a key of the entity. */
class EntityIndex<E extends Entity> {
  #keyOf: (entity: E) => string | undefined;
  #ids = new Map<string, Set<string>>();

  constructor(keyOf: (entity: E) => string | undefined) {
    this.#keyOf = keyOf;
  }

  idsOf(key: string): readonly string[] {
    return [...(this.#ids.get(key) ?? [])];
  }

  counts(): ReadonlyMap<string, number> {
    return new Map([...this.#ids].map(([key, ids]) => [key, ids.size]));
  }

  move(before: E | undefined, after: E | undefined): void {
    const from = before && this.#keyOf(before);
    const to = after && this.#keyOf(after);
    if (from === to) return;
    if (before && from !== undefined) {
      const ids = this.#ids.get(from);
      ids?.delete(before.id);
      if (ids?.size === 0) this.#ids.delete(from);
    }
    if (after && to !== undefined) this.#ids.set(to, (this.#ids.get(to) ?? new Set()).add(after.id));
  }

  clear(): void {
    this.#ids.clear();
  }
}
