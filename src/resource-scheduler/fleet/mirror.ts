import type { Informer } from '@lcm/core/controller/informer.ts';
import { allPages, isAbsent, type Versioned } from '../client.ts';

/** The reads of one kind of aggregate. */
interface Reads<State> {
  get(input: { params: { id: string } }): Promise<Versioned<State>>;
  list(input: {
    query: { limit: number; cursor?: string | undefined };
  }): Promise<{ items: Versioned<State>[]; nextCursor?: string | undefined }>;
}

/** More than this are read as a list instead of one by one. */
const ONE_BY_ONE = 30;

/** States of one kind, as the bus tells of changes and the control plane gives them. */
export class Mirror<State> {
  readonly all = new Map<string, Versioned<State>>();
  readonly #reads: Reads<State>;
  readonly #informer: Informer;
  readonly #dirty = new Set<string>();
  readonly #onChange: (id: string, state: State | undefined) => void;

  /** @param onChange told of each state that is new, and without one of each that is gone */
  constructor(
    informer: Informer,
    reads: Reads<State>,
    onChange: (id: string, state: State | undefined) => void,
  ) {
    this.#informer = informer;
    this.#reads = reads;
    this.#onChange = onChange;
    informer.subscribe(({ type, id, value }) => {
      if (type === 'removed') this.#drop(id);
      else if (this.all.get(id)?.version !== value.version) this.#dirty.add(id);
    });
  }

  /** Reads what has changed. @throws Refusal where it cannot be read; it is tried again the next time */
  async refresh(): Promise<void> {
    if (this.#dirty.size === 0) return;
    const due = [...this.#dirty];
    this.#dirty.clear();
    try {
      if (due.length > ONE_BY_ONE) await this.#readAll();
      else await Promise.all(due.map((id) => this.#readOne(id)));
    } catch (error) {
      for (const id of due) this.#dirty.add(id);
      throw error;
    }
  }

  /** Takes in a state unless a later one is known. */
  put(id: string, state: State, version: number): void {
    if ((this.all.get(id)?.version ?? 0) > version) return;
    this.all.set(id, { id, state, version });
    this.#onChange(id, state);
  }

  /** Has the state read again. */
  doubt(id: string): void {
    this.#dirty.add(id);
  }

  async #readOne(id: string): Promise<void> {
    try {
      const { state, version } = await this.#reads.get({ params: { id } });
      this.put(id, state, version);
    } catch (error) {
      if (!isAbsent(error)) throw error;
      this.#drop(id);
    }
  }

  async #readAll(): Promise<void> {
    const found = await allPages((cursor) => this.#reads.list({ query: { limit: 1_000, cursor } }));
    for (const { id, state, version } of found) {
      // What has left the bus has come to its end.
      if (this.#informer.cache.has(id)) this.put(id, state, version);
    }
  }

  #drop(id: string): void {
    this.#dirty.delete(id);
    if (this.all.delete(id)) this.#onChange(id, undefined);
  }
}
