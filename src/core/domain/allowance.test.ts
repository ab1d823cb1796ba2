import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AllowanceCommand,
  type AllowanceEvent,
  allowance,
  allowanceDecider,
  heldAmount,
} from './allowance.ts';
import type { Bare } from './decider.ts';
import { given, type Wish } from './scenario.fixture.ts';
import { checkWalks } from './walk.fixture.ts';

type Event = Bare<AllowanceEvent>;

const id = 'licences/ENTERPRISE';
const limit = (of: number | null): Event => ({ type: 'allowance.limit.set', id, limit: of });
const taken = (holder: string, amount: number): Event => ({ type: 'allowance.taken', id, holder, amount });
const take = (holder: string, amount: number) => ({ type: 'take', id, holder, amount }) as const;
const when = (history: readonly Event[], wish: Wish<AllowanceCommand>) =>
  given(allowanceDecider, history).when(wish);

describe('an allowance', () => {
  it('is taken up to its limit, and no further', () => {
    const history = [limit(3), taken('w-1', 2)];
    when(history, take('w-2', 1)).happens(taken('w-2', 1));
    when(history, take('w-2', 2)).isRefused('quota', /allows 3, 2 are taken, 2 more are wanted/);
  });

  it('has no bound where none was set', () => {
    when([], take('w-1', 1_000)).happens(taken('w-1', 1_000));
    when([limit(null)], take('w-1', 1_000)).happens(taken('w-1', 1_000));
  });

  it('is taken once by a holder, who may change its mind', () => {
    const history = [limit(3), taken('w-1', 2)];
    when(history, take('w-1', 2)).happens();
    expect(heldAmount(when(history, take('w-1', 3)).state())).toBe(3);
    when(history, take('w-1', 4)).isRefused('quota');
  });

  it('lowered below what is held stops only what comes after', () => {
    const history = [limit(5), taken('w-1', 4), limit(2)];
    expect(heldAmount(when([limit(5), taken('w-1', 4)], { type: 'setLimit', id, limit: 2 }).state())).toBe(4);
    when(history, take('w-2', 1)).isRefused('quota');
    when(history, take('w-1', 3)).happens(taken('w-1', 3));
  });

  it('counts what exists already, past its limit if need be', () => {
    const count = { type: 'count', id, holder: 'w-2', amount: 1 } as const;
    when([limit(1), taken('w-1', 1)], count).happens(taken('w-2', 1));
    when([limit(1), taken('w-1', 1), taken('w-2', 1)], count).happens();
    when([limit(1), taken('w-1', 1), taken('w-2', 1)], take('w-3', 1)).isRefused('quota');
  });

  it('is given back once', () => {
    const history = [limit(1), taken('w-1', 1)];
    expect(when(history, { type: 'giveBack', holder: 'w-1' }).state().holds).toEqual({});
    when([limit(1)], { type: 'giveBack', holder: 'w-1' }).happens();
    when([], { type: 'giveBack', holder: 'w-1' }).happens();
  });

  it('set to what it is stays as it is', () => {
    when([limit(1)], { type: 'setLimit', id, limit: 1 }).happens();
  });

  it('is never held past its limit, whatever is asked of it', () => {
    const by = 'tester';
    const holders = fc.constantFrom('w-1', 'w-2', 'w-3');
    const commands: fc.Arbitrary<AllowanceCommand> = fc.oneof(
      fc
        .tuple(holders, fc.integer({ min: 1, max: 6 }))
        .map(([holder, amount]) => ({ ...take(holder, amount), by })),
      holders.map((holder) => ({ type: 'giveBack' as const, holder, by })),
    );
    checkWalks({
      decider: allowanceDecider,
      schema: allowance,
      first: { type: 'setLimit', id, limit: 7, by },
      commands,
      always: (state) => expect(heldAmount(state)).toBeLessThanOrEqual(7),
    });
  });
});
