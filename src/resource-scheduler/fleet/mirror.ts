import type { Informer } from '@lcm/core/controller/informer.ts';
import type { Projected } from '@lcm/core/spi/state-bus.ts';
import { isAbsent, type Versioned } from '../client.ts';

export interface MirrorOptions<State> {
  informer: Informer;
  get(input: { params: { id: string } }): Promise<Versioned<State>>;
  /** Reads at least those of the ids that there are, and maybe others. */
  getMany(ids: readonly string[]): Promise<readonly Versioned<State>[]>;
  /** Told of each state that is new, and without one of each that is gone. */
  onChange?: (id: string, state: State | undefined) => void;
  /** What stands like this on the bus is not kept. */
  isOfNoInterest?: (id: string, value: Projected | undefined) => boolean;
}

/** More than this are read together instead of one by one. */
const ONE_BY_ONE = 30;

/** States of one kind, as the bus tells of changes and the control plane gives them. */
export class Mirror<State> {
  readonly all = new Map<string, Versioned<State>>();
  readonly #options: MirrorOptions<State>;
  readonly #dirty = new Set<string>();

  constructor(options: MirrorOptions<State>) {
    this.#options = options;
    options.informer.subscribe(({ type, id, value }) => {
      if (type === 'removed') this.#drop(id);
      else if (this.all.get(id)?.version !== value.version) this.#dirty.add(id);
    });
  }

  /** Reads what has changed. @throws Refusal where it cannot be read; it is tried again the next time */
  async refresh(): Promise<void> {
    const due = [...this.#dirty].filter((id) => this.#isKept(id));
    this.#dirty.clear();
    if (due.length === 0) return;
    try {
      if (due.length > ONE_BY_ONE) await this.#readMany(due);
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
    this.#options.onChange?.(id, state);
  }

  /** Has the state read again. */
  doubt(id: string): void {
    this.#dirty.add(id);
  }

  #isKept(id: string): boolean {
    const { isOfNoInterest, informer } = this.#options;
    if (!isOfNoInterest?.(id, informer.cache.get(id))) return true;
    this.#drop(id);
    return false;
  }

  async #readOne(id: string): Promise<void> {
    try {
      const { state, version } = await this.#options.get({ params: { id } });
      this.put(id, state, version);
    } catch (error) {
      if (!isAbsent(error)) throw error;
      this.#drop(id);
    }
  }

  async #readMany(ids: readonly string[]): Promise<void> {
    for (const { id, state, version } of await this.#options.getMany(ids)) {
      // What has left the bus has come to its end.
      if (this.#options.informer.cache.has(id)) this.put(id, state, version);
    }
  }

  #drop(id: string): void {
    this.#dirty.delete(id);
    if (this.all.delete(id)) this.#options.onChange?.(id, undefined);
  }
}
