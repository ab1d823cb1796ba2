import { z } from 'zod';
import { type Asked, type Decider, type Happened, happened } from './decider.ts';
import { Refusal } from './refusal.ts';
import { instant } from './time.ts';

/**
 * A ledger for what spans workers: the seats of a licence pool, the workers of a region, the sessions of an
 * owner. Its id says what it guards, e.g. `licences/ENTERPRISE`, `workers/us-east-1`, `sessions/<owner>`.
 */
export const allowance = z.object({
  id: z.string(),
  /** How much may be held at once; no bound where null. */
  limit: z.number().int().min(0).nullable(),
  holds: z.record(z.string(), z.object({ amount: z.number().int().positive(), since: instant })),
});
export type Allowance = z.infer<typeof allowance>;

export type AllowanceCommand = Asked &
  (
    | { type: 'setLimit'; id: string; limit: number | null }
    | { type: 'take'; id: string; holder: string; amount: number }
    /** Counts what exists already, past the limit if need be. */
    | { type: 'count'; id: string; holder: string; amount: number }
    | { type: 'giveBack'; holder: string }
  );

export type AllowanceEvent = Happened &
  (
    | { type: 'allowance.limit.set'; id: string; limit: number | null }
    | { type: 'allowance.taken'; id: string; holder: string; amount: number }
    | { type: 'allowance.given-back'; holder: string }
  );

/** How much is held now. */
export function heldAmount(state: Allowance): number {
  return Object.values(state.holds).reduce((sum, hold) => sum + hold.amount, 0);
}

/** An allowance is never taken past its limit: what was taken of another may be counted here past it; a limit that is lowered later only stops what comes after. */
export const allowanceDecider: Decider<Allowance, AllowanceCommand, AllowanceEvent> = {
  decide: (state, command, now) => {
    const common = happened(command, now);
    switch (command.type) {
      case 'setLimit':
        if (state?.limit === command.limit) return [];
        return [{ type: 'allowance.limit.set', id: command.id, limit: command.limit, ...common }];
      case 'take': {
        const known = state?.holds[command.holder];
        if (known?.amount === command.amount) return [];
        const others = state ? heldAmount(state) - (known?.amount ?? 0) : 0;
        const limit = state?.limit ?? null;
        const more = command.amount > (known?.amount ?? 0);
        if (limit !== null && more && others + command.amount > limit) {
          throw new Refusal(
            'quota',
            `${command.id} allows ${limit}, ${others} are taken, ${command.amount} more are wanted`,
            {
              facts: { id: command.id, limit, taken: others },
            },
          );
        }
        return [taken(command, common)];
      }
      case 'count':
        return state?.holds[command.holder]?.amount === command.amount ? [] : [taken(command, common)];
      case 'giveBack':
        return state?.holds[command.holder]
          ? [{ type: 'allowance.given-back', holder: command.holder, ...common }]
          : [];
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'allowance.limit.set':
        return { id: event.id, holds: state?.holds ?? {}, limit: event.limit };
      case 'allowance.taken': {
        const hold = { amount: event.amount, since: event.at };
        return {
          id: event.id,
          limit: state?.limit ?? null,
          holds: { ...state?.holds, [event.holder]: hold },
        };
      }
      case 'allowance.given-back': {
        if (!state) throw new Error('an allowance was given back that nobody ever took');
        const { [event.holder]: _, ...holds } = state.holds;
        return { ...state, holds };
      }
    }
  },
};

const taken = (
  { id, holder, amount }: Extract<AllowanceCommand, { type: 'take' | 'count' }>,
  common: Happened,
): AllowanceEvent => ({ type: 'allowance.taken', id, holder, amount, ...common });
