import type { Fetch } from '@lcm/core/api/client.ts';

/** How many turns of the event loop without a call under way, and with one that waits for time, are enough. */
const CALM_TURNS = 4;
const STUCK_TURNS = 100;

/** Counts the calls under way, so that time stands still for them. */
export function countTraffic() {
  let underWay = 0;
  let moves = 0;
  return {
    counted:
      (ask: Fetch): Fetch =>
      async (url, init) => {
        underWay++;
        moves++;
        try {
          return await ask(url, init);
        } finally {
          underWay--;
          moves++;
        }
      },
    /** Resolves when nothing more happens by itself: no call is under way, or those that are wait for time to pass. */
    calm: async (): Promise<void> => {
      let seen = moves;
      for (let turns = 0; turns < (underWay === 0 ? CALM_TURNS : STUCK_TURNS); turns++) {
        await new Promise((resolve) => setImmediate(resolve));
        if (moves !== seen) turns = 0;
        seen = moves;
      }
    },
  };
}
