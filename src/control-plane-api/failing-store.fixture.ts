import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';

/** A store that stops committing after so many more commits, as if the process had died there. */
export class FailingStore {
  #left = Number.POSITIVE_INFINITY;

  /** What the control plane is to see. */
  over(store: StateStore): StateStore {
    const commit: StateStore['commit'] = async (changes) => {
      if (this.#left <= 0) throw new Refusal('unavailable', 'the store cannot be reached');
      this.#left -= 1;
      return store.commit(changes);
    };
    return new Proxy(store, {
      get: (target, name) => {
        if (name === 'commit') return commit;
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
  }

  failAfter(commits: number): void {
    this.#left = commits;
  }

  recover(): void {
    this.#left = Number.POSITIVE_INFINITY;
  }
}
