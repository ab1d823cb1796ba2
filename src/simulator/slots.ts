/** A bounded number of things under way at once; the rest waits its turn, first come first served. */
export interface Slots {
  /** Runs `work` as soon as a slot is free, and frees it however the work ends. */
  use<T>(work: () => Promise<T>): Promise<T>;
}

/** @param size how many may be under way at once, at least 1 */
export function openSlots(size: number): Slots {
  let free = size;
  const waiting: (() => void)[] = [];
  return {
    use: async (work) => {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        // The slot is handed on directly, so that a newcomer cannot slip in between.
        if (next) next();
        else free += 1;
      }
    },
  };
}
