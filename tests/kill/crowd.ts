import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import { FATES, type Fate } from './fates.ts';
import { type Life, live, type SlotSeconds } from './life.ts';
import type { Theatre } from './stage.ts';

/** So many sessions at once, as long as it is kept up: for each that ends another is booked. */
export interface Crowd {
  lives: readonly Life[];
  /** No more bookings; those that there are go on to their end. */
  send(): void;
  /** Resolves when all are at their end. */
  over: Promise<void>;
}

export interface CrowdOptions {
  size: () => number;
  random: Random;
  slotSeconds: SlotSeconds;
  /** Which fates come up again when each has come up once; all where absent. */
  refill?: ((fate: Fate) => boolean) | undefined;
}

const LOOK_MS = 100;

/** Gathers a crowd of that size, its fates dealt like cards, so that each comes up before any comes up again. */
export function gatherCrowd(theatre: Theatre, { size, random, slotSeconds, refill }: CrowdOptions): Crowd {
  const lives: Life[] = [];
  const playing = new Set<Promise<void>>();
  const deal = dealer(random, refill);
  let open = true;

  const bookOne = () => {
    const life: Life = { fate: deal(), key: random.uuid(), scores: [], promised: {} };
    lives.push(life);
    const played = live(life, theatre, slotSeconds).finally(() => playing.delete(played));
    playing.add(played);
  };

  const keepUp = async () => {
    while (open && !theatre.closing.aborted) {
      while (playing.size < size()) bookOne();
      await systemClock.sleep(LOOK_MS);
    }
    await Promise.all(playing);
  };

  return { lives, over: keepUp(), send: () => (open = false) };
}

function dealer(random: Random, refill: (fate: Fate) => boolean = () => true): () => Fate {
  let deck = shuffled(FATES, random);
  return () => {
    if (deck.length === 0) deck = shuffled(FATES.filter(refill), random);
    const fate = deck.pop();
    if (!fate) throw new Error('there are no fates');
    return fate;
  };
}

/** By Fisher and Yates. */
function shuffled<T>(cards: readonly T[], random: Random): T[] {
  const deck = [...cards];
  for (let last = deck.length - 1; last > 0; last--) {
    const other = Math.floor(random.next() * (last + 1));
    [deck[last], deck[other]] = [deck[other] as T, deck[last] as T];
  }
  return deck;
}
