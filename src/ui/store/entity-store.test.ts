import { describe, expect, it, vi } from 'vitest';
import { EntityStore } from './entity-store.ts';

interface Thing {
  id: string;
  version: number;
  state: string;
}
const thing = (id: string, version: number, state = 'ON'): Thing => ({ id, version, state });
const newStore = () => new EntityStore<Thing>({ state: (one) => one.state });

describe('the entity store', () => {
  it('keeps the newest version and drops older ones that come late', () => {
    const store = newStore();
    store.put([thing('a', 2, 'NEW')]);
    store.put([thing('a', 1, 'OLD')]);
    expect(store.get('a')).toEqual(thing('a', 2, 'NEW'));
  });

  it('tells those who look at an entity of that entity only, once per batch', () => {
    const store = newStore();
    const [a, b, all] = [vi.fn(), vi.fn(), vi.fn()];
    store.watch('a', a);
    store.watch('b', b);
    store.watchAll(all);
    store.put([thing('a', 1), thing('a', 2), thing('c', 1)]);
    expect([a, b, all].map((call) => call.mock.calls.length)).toEqual([1, 0, 1]);
  });

  it('tells nobody when nothing is new', () => {
    const store = newStore();
    store.put([thing('a', 1)]);
    const all = vi.fn();
    store.watchAll(all);
    store.put([thing('a', 1)]);
    expect(all).not.toHaveBeenCalled();
  });

  it('stops telling those who looked away', () => {
    const store = newStore();
    const a = vi.fn();
    store.watch('a', a)();
    store.put([thing('a', 1)]);
    expect(a).not.toHaveBeenCalled();
  });

  it('finds entities by an index that follows their changes', () => {
    const store = newStore();
    store.put([thing('a', 1), thing('b', 1), thing('c', 1, 'OFF')]);
    store.put([thing('b', 2, 'OFF')]);
    expect(store.indexed('state', 'ON')).toEqual(['a']);
    expect([...store.indexed('state', 'OFF')].sort()).toEqual(['b', 'c']);
    expect(store.counts('state')).toEqual(
      new Map([
        ['ON', 1],
        ['OFF', 2],
      ]),
    );
  });

  it('keeps showing what it has while a snapshot comes in, and lets go of what was not in it', () => {
    const store = newStore();
    store.put([thing('gone', 1), thing('kept', 3)]);
    store.beginSnapshot();
    store.put([thing('kept', 3), thing('new', 1)]);
    expect(store.get('gone')).toBeDefined();
    store.endSnapshot();
    expect([...store.values()].map(({ id }) => id).sort()).toEqual(['kept', 'new']);
    expect(store.indexed('state', 'ON')).not.toContain('gone');
  });

  it('keeps a newer version than the one in the snapshot', () => {
    const store = newStore();
    store.put([thing('a', 5, 'NEW')]);
    store.beginSnapshot();
    store.put([thing('a', 4, 'OLD')]);
    store.endSnapshot();
    expect(store.get('a')?.state).toBe('NEW');
  });

  it('takes any version after it was cleared', () => {
    const store = newStore();
    store.put([thing('a', 5)]);
    store.clear();
    store.put([thing('a', 1, 'AGAIN')]);
    expect(store.get('a')?.state).toBe('AGAIN');
  });
});
