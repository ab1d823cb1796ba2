import type { Allowance } from '@lcm/core/domain/allowance.ts';
import type { Kind } from '@lcm/core/domain/kinds.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { ms } from '@lcm/core/domain/time.ts';
import type { Services } from '../services.ts';

/** A seat that was taken for something that does not exist after so long is of a crash, milliseconds. */
const ABANDONED_MS = 60_000;

/** A seat of an allowance for a resource that is about to be made. */
export interface Seat {
  /** Id of the allowance, e.g. `workers/us-east-1`. */
  allowance: string;
  /** How many there may be at once; no bound where null. */
  limit: number | null;
  /** What takes the seat: the id of the resource, and its kind. */
  holder: string;
  kind: Kind;
  by: string;
}

/**
 * Takes a seat before the resource is made. Seats that a crash left to resources that never came to be, or
 * that have ended, are given back when they stand in the way.
 * @throws Refusal `quota` where all seats are taken
 */
export async function takeSeat(
  services: Services,
  seat: Seat,
  isOver: (state: unknown) => boolean,
): Promise<void> {
  const { allowance: id, limit, holder, by } = seat;
  await services.commands.execute('allowance', id, { type: 'setLimit', id, limit, by });
  const take = { type: 'take' as const, id, holder, amount: 1, by };
  try {
    await services.commands.execute('allowance', id, take);
  } catch (refusal) {
    if (!(refusal instanceof Refusal) || refusal.code !== 'quota') throw refusal;
    if (!(await reclaim(services, seat, isOver))) throw refusal;
    await services.commands.execute('allowance', id, take);
  }
}

/** Gives a seat back. Repeating it changes nothing. */
export async function giveSeatBack(services: Services, allowance: string, holder: string): Promise<void> {
  try {
    await services.commands.execute('allowance', allowance, {
      type: 'giveBack',
      holder,
      by: 'control-plane-api',
    });
  } catch (refusal) {
    // Nothing was ever taken of it.
    if (!(refusal instanceof Refusal) || refusal.code !== 'notFound') throw refusal;
  }
}

/**
 * Moves a seat to another allowance, past the limit of that one if need be: what has it is there already. Gives it
 * back where it goes nowhere. Repeating it changes nothing.
 */
export async function moveSeat(
  services: Services,
  { from, to, holder }: { from: string; to: string | undefined; holder: string },
): Promise<void> {
  const seat = (await services.store.load<Allowance>('allowance', from))?.state.holds[holder];
  if (!seat) return;
  const { amount } = seat;
  // The new one first: a crash between leaves the seat taken twice, never not at all.
  if (to !== undefined) {
    const count = { type: 'count' as const, id: to, holder, amount, by: 'control-plane-api' };
    await services.commands.execute('allowance', to, count);
  }
  await giveSeatBack(services, from, holder);
}

/** Whether any seat was given back. */
async function reclaim(
  services: Services,
  { allowance, kind }: Seat,
  isOver: (state: unknown) => boolean,
): Promise<boolean> {
  const stored = await services.store.load<Allowance>('allowance', allowance);
  const before = services.clock.now() - ABANDONED_MS;
  const old = Object.entries(stored?.state.holds ?? {}).filter(([, { since }]) => ms(since) < before);
  const found = await services.store.loadMany<unknown>(
    kind,
    old.map(([holder]) => holder),
  );
  const live = new Set(found.filter(({ state }) => !isOver(state)).map(({ id }) => id));
  const abandoned = old.filter(([holder]) => !live.has(holder));
  for (const [holder] of abandoned) await giveSeatBack(services, allowance, holder);
  return abandoned.length > 0;
}
