import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** What every expiring store has to do, whatever is underneath. */
export function describeExpiringStore(
  name: string,
  make: (clock: Clock) => Promise<{ store: ExpiringStore; discard: () => Promise<void> }>,
): void {
  describe(`${name} as an expiring store`, () => {
    let clock: VirtualClock;
    let store: ExpiringStore;
    let discard: () => Promise<void>;
    beforeEach(async () => {
      clock = new VirtualClock();
      ({ store, discard } = await make(clock));
    });
    afterEach(() => discard());

    it('gives back what was put in, and nothing where nothing was', async () => {
      const value = { text: 'Zoë', list: [1, null, { deep: true }] };
      expect(await store.put('login', 'a', value)).toBe(true);
      expect(await store.get('login', 'a')).toEqual({ id: 'a', value, version: 1 });
      expect(await store.get('login', 'b')).toBeUndefined();
      expect(await store.get('grant', 'a')).toBeUndefined();
    });

    it('hands out no reference into itself', async () => {
      const value = { roles: ['user'] };
      await store.put('login', 'a', value);
      value.roles.push('admin');
      const first = await store.get<typeof value>('login', 'a');
      first?.value.roles.push('admin');
      expect((await store.get<typeof value>('login', 'a'))?.value).toEqual({ roles: ['user'] });
    });

    it('counts the versions of a record, and writes only over the one asked for', async () => {
      expect(await store.put('login', 'a', 1, { ifVersion: 1 })).toBe(false);
      expect(await store.put('login', 'a', 1, { ifVersion: 0 })).toBe(true);
      expect(await store.put('login', 'a', 2, { ifVersion: 0 })).toBe(false);
      expect(await store.put('login', 'a', 2, { ifVersion: 1 })).toBe(true);
      expect(await store.put('login', 'a', 3)).toBe(true);
      expect(await store.get('login', 'a')).toEqual({ id: 'a', value: 3, version: 3 });
    });

    it('lets one of many win, whether they put or remove', async () => {
      const crowd = Array.from({ length: 50 }, (_, n) => n);
      const put = await Promise.all(crowd.map((n) => store.put('jti', 'x', n, { ifVersion: 0 })));
      expect(put.filter(Boolean)).toHaveLength(1);
      const removed = await Promise.all(crowd.map(() => store.remove('jti', 'x')));
      expect(removed.filter(Boolean)).toHaveLength(1);
    });

    it('forgets a record at its time, and not before', async () => {
      const expiresAt = clock.now() + 1_000;
      await store.put('login', 'a', 'kept', { expiresAt, index: { account: 'ada' } });
      await clock.advance(999);
      expect(await store.get('login', 'a')).toEqual({ id: 'a', value: 'kept', version: 1, expiresAt });
      await clock.advance(1);
      expect(await store.get('login', 'a')).toBeUndefined();
      expect(await store.findBy('login', 'account', 'ada')).toEqual([]);
      expect(await store.remove('login', 'a')).toBe(false);
      expect(await store.put('login', 'a', 'new', { ifVersion: 0 })).toBe(true);
      await clock.advance(1_000_000);
      expect((await store.get('login', 'a'))?.value).toBe('new');
    });

    it('finds and removes by the words of the last write alone', async () => {
      await store.put('login', 'a', 1, { index: { account: 'ada', client: 'page' } });
      await store.put('login', 'b', 2, { index: { account: 'ada' } });
      await store.put('login', 'c', 3, { index: { account: 'cy' } });
      await store.put('grant', 'd', 4, { index: { account: 'ada' } });
      const ids = async (field: string, word: string) =>
        (await store.findBy('login', field, word)).map(({ id }) => id);
      expect(await ids('account', 'ada')).toEqual(['a', 'b']);
      await store.put('login', 'a', 1, { index: { account: 'bo' } });
      expect(await ids('account', 'ada')).toEqual(['b']);
      expect(await ids('client', 'page')).toEqual([]);
      expect(await store.removeBy('login', 'account', 'ada')).toBe(1);
      expect(await store.removeBy('login', 'account', 'ada')).toBe(0);
      expect((await store.get('grant', 'd'))?.value).toBe(4);
      expect(await ids('account', 'bo')).toEqual(['a']);
    });

    it('walks through every record that is not over, a page at a time', async () => {
      const many = Array.from({ length: 1_200 }, (_, n) => `g${String(n).padStart(4, '0')}`);
      await Promise.all(many.map((id) => store.put('grant', id, { id })));
      await store.put('login', 'a', 1, { expiresAt: clock.now() + 10 });
      await store.put('login', 'b', 2, { expiresAt: clock.now() + 1 });
      await clock.advance(1);
      const first = await store.walk();
      const second = await store.walk(first.at(-1));
      expect(first).toHaveLength(1_000);
      const seen = [...first, ...second].map(({ collection, id }) => `${collection}/${id}`);
      expect(seen).toEqual([...many.map((id) => `grant/${id}`), 'login/a']);
      expect(second.at(-1)).toEqual({
        collection: 'login',
        id: 'a',
        value: 1,
        version: 1,
        expiresAt: clock.now() + 9,
      });
      expect(await store.walk(second.at(-1))).toEqual([]);
    });

    it('rewrites the value of that version alone, and leaves end and index as they are', async () => {
      const place = { collection: 'login', id: 'a' };
      const expiresAt = clock.now() + 10;
      await store.put('login', 'a', 1, { expiresAt, index: { account: 'ada' } });
      expect(await store.rewrite(place, 2, 1)).toBe(true);
      expect(await store.rewrite(place, 3, 1)).toBe(false);
      expect(await store.rewrite({ ...place, id: 'b' }, 3, 0)).toBe(false);
      expect(await store.findBy('login', 'account', 'ada')).toEqual([
        { id: 'a', value: 2, version: 2, expiresAt },
      ]);
      await clock.advance(10);
      expect(await store.rewrite(place, 3, 2)).toBe(false);
    });

    it('removes by a word however many there are', async () => {
      const many = Array.from({ length: 1_500 }, (_, n) => n);
      await Promise.all(many.map((n) => store.put('grant', `g${n}`, n, { index: { account: 'ada' } })));
      expect(await store.findBy('grant', 'account', 'ada')).toHaveLength(1_000);
      expect(await store.removeBy('grant', 'account', 'ada')).toBe(1_500);
      expect(await store.findBy('grant', 'account', 'ada')).toEqual([]);
    });
  });
}
