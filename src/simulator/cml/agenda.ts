import type { Clock } from '@lcm/core/spi/clock.ts';

/** What must happen by itself, at a time. It remembers nothing: who uses it re-arms it after a restart. */
export interface Agenda {
  /** Runs `action` at `atMs` (milliseconds since the epoch), or as soon as possible when that is past. */
  at(atMs: number, action: () => void): void;
  /** Drops everything that has not happened yet. */
  cancelAll(): void;
}

/** An agenda on the injected clock. */
export function openAgenda(clock: Clock): Agenda {
  const cancels = new Set<() => void>();
  const at = (atMs: number, action: () => void) => {
    const cancel = clock.after(Math.max(0, atMs - clock.now()), () => {
      cancels.delete(cancel);
      // A timer may go off a moment before the clock on the wall gets there.
      if (clock.now() < atMs) at(atMs, action);
      else action();
    });
    cancels.add(cancel);
  };
  return {
    at,
    cancelAll: () => {
      for (const cancel of cancels) cancel();
      cancels.clear();
    },
  };
}
