import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';

/** What becomes of one call: it fails before it has an effect or after, is told to come again, or takes its time. */
export type Fate = 'answered' | 'failsBefore' | 'failsAfter' | 'busy' | 'slow';

/** How long a slow call takes at most, milliseconds. */
const SLOW_MS = 3_000;

/** What the control plane is to see of the store. @param fateOf of the n-th call, from 1, to the method of that name */
export function failingStore(
  inner: StateStore,
  clock: Clock,
  fateOf: (method: string, call: number) => Fate,
): StateStore {
  let calls = 0;
  return new Proxy(inner, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function' || typeof name !== 'string') return member;
      if (name === 'onCommit' || name === 'close') return member.bind(target);
      return async (...given: unknown[]) => {
        const fate = fateOf(name, ++calls);
        if (fate === 'busy') throw new Refusal('busy', 'the store is busy; try again in a second');
        if (fate === 'failsBefore') throw unreachable();
        if (fate === 'slow') await clock.sleep(SLOW_MS * ((calls % 10) / 10 + 0.1));
        const answer: unknown = await Reflect.apply(member, target, given);
        if (fate === 'failsAfter') throw unreachable();
        return answer;
      };
    },
  });
}

/** Fates at random: that share of the calls meets with one of the others, each as often. */
export function fatesAtRandom(random: Random, share: number): (method: string) => Fate {
  const fates: readonly Fate[] = ['failsBefore', 'failsAfter', 'busy', 'slow'];
  return () => {
    const luck = random.next();
    return luck < share ? (fates[Math.floor((luck / share) * fates.length)] ?? 'busy') : 'answered';
  };
}

const unreachable = () => new Refusal('unavailable', 'the store cannot be reached');
