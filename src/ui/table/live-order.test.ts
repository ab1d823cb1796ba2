import { describe, expect, it, vi } from 'vitest';
import { HandPace } from '../browser/pace.fixture.ts';
import { LiveOrder } from './live-order.ts';
import { orderChanges } from './order-changes.ts';

const ids = (text: string) => text.split('');

function table(first: string) {
  const pace = new HandPace();
  const world = { rows: first };
  const order = new LiveOrder(pace, () => ids(world.rows));
  const become = (rows: string) => {
    world.rows = rows;
    order.changed();
    pace.advance(1_000);
  };
  return { pace, world, order, become, shown: () => order.get().ids.join('') };
}

describe('the changes between two orders', () => {
  it.each([
    ['abc', 'abc', 0],
    ['abc', 'abcd', 1],
    ['abc', 'bc', 1],
    ['abcde', 'eabcd', 1],
    ['abcd', 'badc', 2],
    ['ab', 'cd', 4],
    ['', 'abc', 3],
  ])('from %j to %j are %i', (from, to, count) => {
    expect(orderChanges(ids(from), ids(to))).toBe(count);
  });
});

describe('the order of a live table', () => {
  it('follows the data while nobody touches the table', () => {
    const { become, shown } = table('abc');
    become('cab');
    expect(shown()).toBe('cab');
  });

  it('fills an empty table at once', () => {
    const { pace, world, order, shown } = table('');
    world.rows = 'ab';
    order.changed();
    pace.advance(20);
    expect(shown()).toBe('ab');
  });

  it('stays as it is while a hand is in it, ended rows included, and counts what waits', () => {
    const { order, become, shown } = table('abc');
    order.setHeld(true);
    become('cbd');
    expect(shown()).toBe('abc');
    expect(order.get().waiting).toBeGreaterThan(0);
  });

  it('shows what waited when asked to, and goes on holding', () => {
    const { order, become, shown } = table('abc');
    order.setHeld(true);
    become('cab');
    order.apply();
    expect([shown(), order.get().waiting]).toEqual(['cab', 0]);
    become('abc');
    expect([shown(), order.get().waiting]).toEqual(['cab', 1]);
  });

  it('catches up when the hand goes away', () => {
    const { order, become, shown } = table('abc');
    order.setHeld(true);
    become('cab');
    order.setHeld(false);
    expect([shown(), order.get().waiting]).toEqual(['cab', 0]);
  });

  it('forgets changes that were undone meanwhile', () => {
    const { order, become } = table('abc');
    order.setHeld(true);
    become('cab');
    become('abc');
    expect(order.get().waiting).toBe(0);
  });

  it('fills an empty table even under the hand', () => {
    const { order, become, shown } = table('');
    order.setHeld(true);
    become('ab');
    expect(shown()).toBe('ab');
  });

  it('applies another sort at once, even under the hand', () => {
    const { order, shown } = table('abc');
    order.setHeld(true);
    order.reorder(() => ids('cba'));
    expect(shown()).toBe('cba');
  });

  it('orders once a second at most and tells nobody when the order is the same', () => {
    const { order, pace, world } = table('abc');
    const drawn = vi.fn();
    order.watch(drawn);
    pace.advance(5_000);
    for (let change = 0; change < 100; change += 1) {
      world.rows = change % 2 ? 'abc' : 'bca';
      order.changed();
      pace.advance(20);
    }
    expect(drawn.mock.calls.length).toBeLessThanOrEqual(3);
    drawn.mockClear();
    pace.advance(2_000);
    order.changed();
    pace.advance(2_000);
    expect(drawn).not.toHaveBeenCalled();
  });
});
