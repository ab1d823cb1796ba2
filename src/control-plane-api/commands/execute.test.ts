import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { MemoryStore } from '@lcm/adapters/memory/memory-store.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { Commands } from './execute.ts';

let store: MemoryStore;
let commands: Commands;
beforeEach(() => {
  store = new MemoryStore();
  commands = new Commands(store, new VirtualClock());
});

const take = (holder: string, id = 'seats') => ({
  kind: 'allowance' as const,
  id,
  command: { type: 'take' as const, id, holder, amount: 1, by: 'test' },
});
const limit = (most: number, id = 'seats') =>
  commands.execute('allowance', id, { type: 'setLimit', id, limit: most, by: 'test' });

describe('commands', () => {
  it('many at once to one aggregate all get their turn', async () => {
    await limit(100);
    await Promise.all(
      Array.from({ length: 100 }, (_, n) => commands.execute('allowance', 'seats', take(`h${n}`).command)),
    );
    const { state, version } = (await store.load<{ holds: object }>('allowance', 'seats')) ?? {};
    expect([Object.keys(state?.holds ?? {}).length, version]).toEqual([100, 101]);
    expect(commands.counts).toEqual({ commits: 101, conflicts: 0 });
  });

  it('of one batch to one aggregate are decided one on the other, in one commit', async () => {
    await limit(2);
    const settled = await commands.executeAll(['a', 'b', 'c'].map((holder) => take(holder)));
    expect(settled.map((one) => ('refusal' in one ? one.refusal.code : one.stored.version))).toEqual([
      2,
      2,
      'quota',
    ]);
    expect(
      Object.keys((await store.load<{ holds: object }>('allowance', 'seats'))?.state.holds ?? {}),
    ).toEqual(['a', 'b']);
    expect(
      (await store.history('allowance', 'seats', 0, 10)).map(({ seq, version }) => [seq, version]),
    ).toEqual([
      [1, 1],
      [2, 2],
      [3, 2],
    ]);
  });

  it('that are refused hold up no other of their batch', async () => {
    await limit(0, 'full');
    await limit(1, 'free');
    const [refused, done] = await commands.executeAll([take('a', 'full'), take('a', 'free')]);
    expect([refused, done]).toMatchObject([{ refusal: { code: 'quota' } }, { stored: { version: 2 } }]);
  });

  it('that would keep an aggregate under the id of another are refused, and leave nothing', async () => {
    const settled = await commands.executeAll([take('a', 'seats'), { ...take('b', 'places'), id: 'free' }]);
    expect(settled).toMatchObject([{ stored: { id: 'seats' } }, { refusal: { code: 'rule' } }]);
    expect(await store.load('allowance', 'free')).toBeUndefined();
  });

  it('that lost a race are decided again on what is there by then', async () => {
    await limit(1);
    const elsewhere = new Commands(store, new VirtualClock());
    const settled = await Promise.allSettled([
      commands.execute('allowance', 'seats', take('here').command),
      elsewhere.execute('allowance', 'seats', take('there').command),
    ]);
    expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(settled.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'quota' } });
  });

  it('that lose every race are refused as too busy, and the others of the batch are not', async () => {
    const losing = new Proxy<StateStore>(store, {
      get: (target, name) => {
        const commit: StateStore['commit'] = async (changes) => {
          const outcomes = await target.commit(changes.filter(({ id }) => id !== 'lost'));
          const left = outcomes[Symbol.iterator]();
          return changes.map(({ id }) =>
            id === 'lost'
              ? { status: 'stale', actualVersion: 9 }
              : (left.next().value ?? { status: 'stale', actualVersion: 0 }),
          );
        };
        const member: unknown = name === 'commit' ? commit : Reflect.get(target, name);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
    const racing = new Commands(losing, new VirtualClock());
    const settled = await racing.executeAll([take('a', 'lost'), take('a', 'won')]);
    expect(settled).toMatchObject([{ refusal: { code: 'busy' } }, { stored: { version: 1 } }]);
  });

  it('that change nothing write nothing', async () => {
    await limit(3);
    const head = await store.headOfLog();
    expect((await limit(3)).version).toBe(1);
    expect(await store.headOfLog()).toBe(head);
  });
});
