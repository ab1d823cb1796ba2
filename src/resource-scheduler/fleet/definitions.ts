import type { Definition } from '@lcm/core/domain/definition-state.ts';
import { isAbsent, type SchedulerClient } from '../client.ts';

/** Definitions kept; what placement reads of them never changes. */
const KEPT = 1_000;

/** Definitions by id, read once. */
export class Definitions {
  readonly #client: SchedulerClient;
  readonly #known = new Map<string, Definition>();

  constructor(client: SchedulerClient) {
    this.#client = client;
  }

  /** The definitions that there are. */
  async get(ids: Iterable<string>): Promise<ReadonlyMap<string, Definition>> {
    const wanted = [...new Set(ids)];
    await Promise.all(wanted.map((id) => this.#read(id)));
    const found = new Map(
      wanted.flatMap((id) => {
        const definition = this.#known.get(id);
        return definition ? [[id, definition] as const] : [];
      }),
    );
    for (const id of this.#known.keys()) {
      if (this.#known.size <= KEPT) break;
      this.#known.delete(id);
    }
    return found;
  }

  async #read(id: string): Promise<void> {
    if (this.#known.has(id)) return;
    try {
      const { state } = await this.#client.internal.definitions.get({ params: { id } });
      this.#known.set(id, state);
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }
}
