import type { Clock } from '@lcm/core/spi/clock.ts';
import type { InternalClient } from './dependencies.ts';

/** Whether operators have stopped all reconciling. */
export interface PauseSwitch {
  isPaused(): Promise<boolean>;
  /** The settings have changed: ask anew. */
  forget(): void;
}

/** Milliseconds for which an answer is believed; a change is told by the bus anyway. */
const BELIEVED_MS = 10_000;

/** Reads the switch out of the system's settings, once for all who ask at the same time. */
export function pauseSwitch(client: InternalClient, clock: Clock): PauseSwitch {
  let known: { answer: Promise<boolean>; until: number } | undefined;
  const ask = async (): Promise<boolean> => {
    try {
      return (await client.settings()).reconcilePaused;
    } catch (error) {
      known = undefined;
      throw error;
    }
  };
  return {
    isPaused: () => {
      if (!known || clock.monotonic() >= known.until)
        known = { answer: ask(), until: clock.monotonic() + BELIEVED_MS };
      return known.answer;
    },
    forget: () => {
      known = undefined;
    },
  };
}
