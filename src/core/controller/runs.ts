import { Refusal } from '../domain/refusal.ts';

interface Run {
  partition: number;
  abort: AbortController;
  ended: Promise<void>;
}

/** The reconciles under way, so that those of a partition can be waited for or cut off. */
export class Runs {
  readonly #runs = new Map<string, Run>();

  begin(id: string, partition: number): { signal: AbortSignal; end: () => void } {
    const abort = new AbortController();
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    this.#runs.set(id, { partition, abort, ended });
    const end = () => {
      this.#runs.delete(id);
      resolve();
    };
    return { signal: abort.signal, end };
  }

  /** Cuts off those that match. @param why becomes the reason of their signals */
  abort(why: string, matches: (partition: number) => boolean = () => true): void {
    for (const { partition, abort } of this.#runs.values())
      if (matches(partition)) abort.abort(new Refusal('staleFence', why));
  }

  /** Resolves when those of the partition that are under way now have ended. */
  async ended(partition: number): Promise<void> {
    const runs = [...this.#runs.values()].filter((run) => run.partition === partition);
    await Promise.all(runs.map((run) => run.ended));
  }

  ids(): string[] {
    return [...this.#runs.keys()];
  }
}
