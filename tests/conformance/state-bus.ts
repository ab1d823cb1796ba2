import { type BusEvent, CompactedError, type StateBus } from '@lcm/core/spi/state-bus.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** A bus to be examined, empty at the start. */
export interface BusUnderTest {
  bus: StateBus;
  /** A second client of the same bus; the same one where it lives in one process. */
  other: StateBus;
  /** Lets time pass: virtual time where the bus lives on it, else the real one. */
  pass(ms: number): Promise<void>;
  /** Makes the bus forget the events that led here. */
  compact(): Promise<void>;
  close(): Promise<void>;
}

/** A lease long enough for a bus that counts in seconds. */
const TTL_MS = 2_000;

/** What every state bus must do, whatever it is made of. */
export function describeStateBus(name: string, open: () => Promise<BusUnderTest>): void {
  describe(`${name} as a state bus`, () => {
    let subject: BusUnderTest;
    let bus: StateBus;
    const stops: AbortController[] = [];

    beforeEach(async () => {
      subject = await open();
      bus = subject.bus;
    });
    afterEach(async () => {
      for (const stop of stops.splice(0)) stop.abort();
      await subject.close();
    });

    /** A watch that is read in the background. */
    function follow(prefix: string, after: number, through: StateBus = bus) {
      const stop = new AbortController();
      stops.push(stop);
      const events: BusEvent[] = [];
      const ended = (async () => {
        for await (const batch of through.watch(prefix, after, stop.signal)) events.push(...batch);
      })();
      // Looked at where a test means to; until then it must not count as unhandled.
      ended.catch(() => undefined);
      return { events, ended, stop: () => stop.abort() };
    }

    async function eventually(check: () => void): Promise<void> {
      for (let turn = 0; turn < 100; turn++) {
        try {
          return check();
        } catch {
          await subject.pass(20);
        }
      }
      check();
    }

    const head = async () => (await bus.list('/')).revision;

    describe('projections', () => {
      it('are read back as they were written', async () => {
        const value = { version: 3, status: 'RUNNING', nested: { list: [1, 'two', null] } };
        expect(await bus.project('/lcm/sessions/a', value)).toBe(true);
        expect((await bus.get('/lcm/sessions/a'))?.value).toEqual(value);
        expect((await subject.other.get('/lcm/sessions/a'))?.value).toEqual(value);
        expect(await bus.get('/lcm/sessions/b')).toBeUndefined();
      });

      it('never go back to an older version, nor write the same one again', async () => {
        await bus.project('/lcm/sessions/a', { version: 2, status: 'new' });
        expect(await bus.project('/lcm/sessions/a', { version: 1, status: 'old' })).toBe(false);
        expect(await bus.project('/lcm/sessions/a', { version: 2, status: 'other' })).toBe(false);
        expect((await bus.get('/lcm/sessions/a'))?.value).toEqual({ version: 2, status: 'new' });
      });

      it('are decided one by one when several write at once', async () => {
        const versions = Array.from({ length: 20 }, (_, index) => index + 1);
        await Promise.all(versions.map((version) => bus.project('/lcm/sessions/a', { version })));
        expect((await bus.get('/lcm/sessions/a'))?.value).toEqual({ version: 20 });
      });

      it('are removed unless they became newer', async () => {
        await bus.project('/lcm/sessions/a', { version: 5 });
        await bus.remove('/lcm/sessions/a', 4);
        expect(await bus.get('/lcm/sessions/a')).toBeDefined();
        await bus.remove('/lcm/sessions/a', 5);
        expect(await bus.get('/lcm/sessions/a')).toBeUndefined();
        await bus.remove('/lcm/sessions/a', 5);
      });

      it('belong to the bus: what the writer does to its value afterwards changes nothing', async () => {
        const value = { version: 1, nested: { status: 'then' } };
        await bus.project('/lcm/sessions/a', value);
        value.nested.status = 'now';
        expect((await bus.get('/lcm/sessions/a'))?.value).toEqual({ version: 1, nested: { status: 'then' } });
      });
    });

    describe('listing', () => {
      it('gives what is under the prefix and nothing else, at one revision', async () => {
        await bus.project('/lcm/sessions/a', { version: 1 });
        await bus.project('/lcm/sessions/b', { version: 1 });
        await bus.project('/lcm/sessions-old/c', { version: 1 });
        await bus.project('/lcm/workers/d', { version: 1 });
        const { entries, revision } = await bus.list('/lcm/sessions/');
        expect(entries.map(({ key }) => key)).toEqual(['/lcm/sessions/a', '/lcm/sessions/b']);
        expect(revision).toBe(await head());
        for (const entry of entries) expect(entry.revision).toBeLessThanOrEqual(revision);
        expect((await bus.list('/lcm/nothing/')).entries).toEqual([]);
      });

      it('grows its revision with every change', async () => {
        const before = await head();
        await bus.project('/lcm/sessions/a', { version: 1 });
        const between = await head();
        await bus.remove('/lcm/sessions/a', 1);
        expect(between).toBeGreaterThan(before);
        expect(await head()).toBeGreaterThan(between);
      });
    });

    describe('watching', () => {
      it('gives everything after the revision, in order and without gaps, past and to come', async () => {
        const start = await head();
        await bus.project('/lcm/sessions/a', { version: 1 });
        await bus.project('/lcm/workers/x', { version: 1 });
        const watch = follow('/lcm/sessions/', start);
        await bus.project('/lcm/sessions/a', { version: 2 });
        await bus.project('/lcm/sessions/b', { version: 1 });
        await bus.remove('/lcm/sessions/a', 2);
        await eventually(() => expect(watch.events).toHaveLength(4));
        expect(watch.events.map(({ type, key, value }) => [type, key, value?.version])).toEqual([
          ['put', '/lcm/sessions/a', 1],
          ['put', '/lcm/sessions/a', 2],
          ['put', '/lcm/sessions/b', 1],
          ['delete', '/lcm/sessions/a', undefined],
        ]);
        const revisions = watch.events.map(({ revision }) => revision);
        expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
      });

      it('joins a listing without losing or repeating anything, however the two race with writers', async () => {
        const seen = new Map<string, number>();
        const writing = (async () => {
          for (let version = 1; version <= 50; version++) {
            for (const id of ['a', 'b', 'c']) await bus.project(`/lcm/sessions/${id}`, { version });
          }
        })();
        const { entries, revision } = await subject.other.list('/lcm/sessions/');
        for (const { key, value } of entries) seen.set(key, value.version);
        const watch = follow('/lcm/sessions/', revision, subject.other);
        await writing;
        await eventually(() => {
          const last = new Map(seen);
          for (const event of watch.events) last.set(event.key, event.value?.version ?? 0);
          expect([...last.values()]).toEqual([50, 50, 50]);
        });
        for (const event of watch.events) {
          expect(event.value?.version).toBe((seen.get(event.key) ?? 0) + 1);
          seen.set(event.key, event.value?.version ?? 0);
        }
      });

      it('serves many watchers alike', async () => {
        const start = await head();
        const watches = Array.from({ length: 25 }, () => follow('/lcm/sessions/', start));
        for (let version = 1; version <= 10; version++) await bus.project('/lcm/sessions/a', { version });
        await eventually(() => {
          for (const { events } of watches) expect(events).toHaveLength(10);
        });
      });

      it('ends when it is told to, whether or not anything happens', async () => {
        const watch = follow('/lcm/sessions/', await head());
        await subject.pass(10);
        watch.stop();
        await watch.ended;
        await bus.project('/lcm/sessions/a', { version: 1 });
        expect(watch.events).toEqual([]);
      });

      it('says so when the revisions asked for are gone', async () => {
        const start = await head();
        await bus.project('/lcm/sessions/a', { version: 1 });
        await subject.compact();
        const watch = follow('/lcm/sessions/', start);
        await expect(watch.ended).rejects.toBeInstanceOf(CompactedError);
      });

      it('goes on from a fresh listing after that', async () => {
        await bus.project('/lcm/sessions/a', { version: 1 });
        await subject.compact();
        const { revision } = await bus.list('/lcm/sessions/');
        const watch = follow('/lcm/sessions/', revision);
        await bus.project('/lcm/sessions/a', { version: 2 });
        await eventually(() => expect(watch.events.map(({ value }) => value?.version)).toEqual([2]));
      });
    });

    describe('leases', () => {
      const KEY = '/lcm/scheduler/partitions/0';

      it('let one holder have a key, and tell the others at which revision it came to be', async () => {
        const [mine, yours] = [await bus.grantLease(TTL_MS), await subject.other.grantLease(TTL_MS)];
        const first = await bus.acquire(KEY, 'me', mine);
        expect(first.held).toBe(true);
        expect(await subject.other.acquire(KEY, 'you', yours)).toEqual({
          held: false,
          createRevision: first.createRevision,
        });
        expect(await bus.acquire(KEY, 'me', mine)).toEqual(first);
        expect((await bus.get(KEY))?.value).toMatchObject({ holder: 'me' });
      });

      it('let exactly one of many have a key', async () => {
        const leases = await Promise.all(Array.from({ length: 10 }, () => bus.grantLease(TTL_MS)));
        const tries = await Promise.all(leases.map((lease, index) => bus.acquire(KEY, `m${index}`, lease)));
        expect(tries.filter(({ held }) => held)).toHaveLength(1);
      });

      it('last as long as they are renewed', async () => {
        const lease = await bus.grantLease(TTL_MS);
        await bus.acquire(KEY, 'me', lease);
        for (let turn = 0; turn < 4; turn++) {
          await subject.pass(TTL_MS / 2);
          await lease.keepAlive();
        }
        expect(await bus.get(KEY)).toBeDefined();
      });

      it('take their keys with them when they are not, and watchers see it', async () => {
        const lease = await bus.grantLease(TTL_MS);
        await bus.acquire(KEY, 'me', lease);
        const watch = follow('/lcm/scheduler/', await head());
        // A bus may be late with it, by its own clock's grain.
        await subject.pass(TTL_MS * 2);
        await eventually(() => expect(watch.events.map(({ type }) => type)).toEqual(['delete']));
        await expect(lease.keepAlive()).rejects.toMatchObject({ code: 'conflict' });
        await expect(bus.acquire(KEY, 'me', lease)).rejects.toThrow();
      });

      it('give every holder a greater token than the one before', async () => {
        const tokens: number[] = [];
        for (const holder of ['a', 'b', 'c']) {
          const lease = await bus.grantLease(TTL_MS);
          tokens.push((await bus.acquire(KEY, holder, lease)).createRevision);
          if (holder === 'b') await bus.relinquish(KEY, lease);
          else await lease.revoke();
        }
        expect(tokens).toEqual([...new Set(tokens)].sort((a, b) => a - b));
      });

      it('give up only what they have', async () => {
        const [mine, yours] = [await bus.grantLease(TTL_MS), await bus.grantLease(TTL_MS)];
        await bus.acquire(KEY, 'me', mine);
        await bus.relinquish(KEY, yours);
        expect((await bus.get(KEY))?.value).toMatchObject({ holder: 'me' });
        await bus.relinquish(KEY, mine);
        expect((await bus.acquire(KEY, 'you', yours)).held).toBe(true);
        await mine.revoke();
        expect((await bus.get(KEY))?.value).toMatchObject({ holder: 'you' });
      });
    });
  });
}
