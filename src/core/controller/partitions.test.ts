import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { MemoryBus } from '@lcm/adapters/memory/memory-bus.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { FlakyBus } from './fixtures.ts';
import { keptLog } from './kept-log.fixture.ts';
import { partitionOf } from './partition-of.ts';
import { type Partitions, type PartitionsListener, startPartitions } from './partitions.ts';

/** Lease 10 s, margin 2 s, as in production. */
function setUp({ count = 64, seed = 1 } = {}) {
  const clock = new VirtualClock();
  const memory = new MemoryBus({ clock });
  const random = seededRandom(seed);
  const log = keptLog();
  const join = () => {
    const bus = new FlakyBus(memory);
    const partitions = startPartitions({ controller: 'scheduler', bus, clock, random, log, count });
    cleanUp.push(() => clock.until(stopped(partitions)));
    return { bus, partitions };
  };
  return { clock, memory, join };
}

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0)) await clean();
});

function stopped(partitions: Partitions): () => boolean {
  let done = false;
  void partitions.stop().then(() => {
    done = true;
  });
  return () => done;
}

/** An id in each partition. */
function idsByPartition(count: number): string[] {
  const ids: string[] = [];
  for (let number = 0; Object.keys(ids).length < count; number++)
    ids[partitionOf(`id-${number}`, count)] = `id-${number}`;
  return ids;
}

describe('the partition of an id', () => {
  it('is the same for ever', () => {
    expect([partitionOf('', 64), partitionOf('ses-1', 64), partitionOf('größe', 64)]).toEqual([13, 27, 50]);
  });

  it('spreads ids evenly, those that count up included', () => {
    const sizes = new Array<number>(64).fill(0);
    for (let number = 0; number < 64_000; number++) {
      const partition = partitionOf(`session-${number}`, 64);
      sizes[partition] = (sizes[partition] ?? 0) + 1;
    }
    expect(Math.min(...sizes)).toBeGreaterThan(800);
    expect(Math.max(...sizes)).toBeLessThan(1_200);
  });
});

describe('partitions', () => {
  it('all go to a member that is alone, once whoever held them before must have let go', async () => {
    const { clock, join } = setUp();
    const { partitions } = join();
    await clock.advance(1_900);
    expect(partitions.fenceFor('any')).toBeUndefined();
    await clock.advance(200);
    expect(partitions.held()).toHaveLength(64);
    expect(partitions.fenceFor('any')).toMatchObject({
      controller: 'scheduler',
      partition: partitionOf('any', 64),
    });
  });

  it('are shared fairly, and move no more than they must', async () => {
    const { clock, join } = setUp();
    const a = join();
    await clock.advance(5_000);
    const b = join();
    await clock.advance(10_000);
    const before = new Set(b.partitions.held());
    const c = join();
    await clock.advance(10_000);
    const sizes = [a, b, c].map(({ partitions }) => partitions.held().length);
    expect(sizes.toSorted()).toEqual([21, 21, 22]);
    expect(b.partitions.held().every((partition) => before.has(partition))).toBe(true);
  });

  it('stay where they are when a member joins that gets none', async () => {
    const { clock, join } = setUp({ count: 1 });
    const leader = join();
    await clock.advance(5_000);
    const token = leader.partitions.fenceFor('any')?.token;
    for (let more = 0; more < 5; more++) join();
    await clock.advance(60_000);
    expect(token).toBeDefined();
    expect(leader.partitions.fenceFor('any')?.token).toBe(token);
  });

  it('go over at once, under a greater token, when a member leaves in good order', async () => {
    const { clock, join } = setUp({ count: 1 });
    const first = join();
    await clock.advance(5_000);
    const second = join();
    await clock.advance(5_000);
    const token = first.partitions.fenceFor('any')?.token ?? 0;
    const left = clock.monotonic();
    await clock.until(stopped(first.partitions));
    await clock.until(() => second.partitions.held().length === 1);
    expect(clock.monotonic() - left).toBeLessThan(3_000);
    expect(second.partitions.fenceFor('any')?.token).toBeGreaterThan(token);
  });

  it('are handed over only when what is under way is done', async () => {
    const { clock, join } = setUp({ count: 2 });
    const first = join();
    await clock.advance(5_000);
    let finish = () => {};
    const listener: PartitionsListener = {
      gained: () => undefined,
      releasing: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
      lost: () => undefined,
    };
    const unsubscribe = first.partitions.subscribe(listener);
    const second = join();
    await clock.advance(30_000);
    expect(second.partitions.held()).toEqual([]);
    expect(first.partitions.held()).toHaveLength(2);
    finish();
    unsubscribe();
    await clock.advance(5_000);
    expect(second.partitions.held()).toHaveLength(1);
    expect(first.partitions.held()).toHaveLength(1);
  });

  it.each(['down', 'hanging'] as const)(
    'are lost by a member whose bus is %s, before another has them',
    async (trouble) => {
      const { clock, join } = setUp({ count: 1 });
      const first = join();
      await clock.advance(5_000);
      const second = join();
      await clock.advance(5_000);
      const heard: string[] = [];
      first.partitions.subscribe({
        gained: () => heard.push('gained'),
        releasing: async () => undefined,
        lost: () => heard.push('lost'),
      });
      first.bus[trouble] = true;
      first.bus.breakWatches();
      const cut = clock.monotonic();
      await clock.until(() => first.partitions.fenceFor('any') === undefined);
      expect(clock.monotonic() - cut).toBeLessThanOrEqual(8_000);
      expect(second.partitions.fenceFor('any')).toBeUndefined();
      expect(heard).toEqual(['gained', 'lost']);
      await clock.until(() => second.partitions.fenceFor('any') !== undefined);
      expect(clock.monotonic() - cut).toBeLessThanOrEqual(15_000);
      first.bus[trouble] = false;
      await clock.advance(60_000);
      expect(first.partitions.held()).toEqual([]);
      expect(second.partitions.held()).toEqual([0]);
    },
  );

  it('belong to nobody while nobody reaches the bus', async () => {
    const { clock, join } = setUp();
    const members = [join(), join(), join()];
    await clock.advance(20_000);
    for (const { bus } of members) bus.down = true;
    await clock.advance(20_000);
    expect(members.flatMap(({ partitions }) => partitions.held())).toEqual([]);
    for (const { bus } of members) bus.down = false;
    await clock.advance(20_000);
    expect(members.flatMap(({ partitions }) => partitions.held()).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 64 }, (_, partition) => partition),
    );
  });

  it('give no fence for an effect that could outlast the lease', async () => {
    const { clock, join } = setUp({ count: 1 });
    const { partitions } = join();
    await clock.advance(5_000);
    expect(partitions.fenceFor('any', 4_000)).toBeDefined();
    expect(partitions.fenceFor('any', 8_000)).toBeUndefined();
  });

  it('are lost by a machine that slept, though its monotonic clock stood still', async () => {
    const { clock, join } = setUp({ count: 1 });
    const { partitions } = join();
    await clock.advance(5_000);
    const now = clock.now.bind(clock);
    clock.now = () => now() + 3_600_000;
    expect(partitions.fenceFor('any')).toBeUndefined();
    clock.now = now;
  });

  it('are claimed anew, under a greater token, when somebody was seen to write with a later one', async () => {
    const { clock, join } = setUp({ count: 1 });
    const { partitions } = join();
    await clock.advance(5_000);
    const token = partitions.fenceFor('any')?.token ?? 0;
    partitions.drop(0);
    expect(partitions.fenceFor('any')).toBeUndefined();
    await clock.until(() => partitions.fenceFor('any') !== undefined);
    expect(partitions.fenceFor('any')?.token).toBeGreaterThan(token);
  });

  it('need one lease of each member, however long it waits for one to become free', async () => {
    const { clock, join } = setUp({ count: 1 });
    let granted = 0;
    for (let member = 0; member < 3; member++) {
      const { bus } = join();
      const grant = bus.grantLease.bind(bus);
      bus.grantLease = (ttlMs) => {
        granted += 1;
        return grant(ttlMs);
      };
    }
    await clock.advance(3_600_000);
    expect(granted).toBeLessThanOrEqual(3);
  });

  it('are not believed in when the bus no longer knows of them', async () => {
    const { clock, memory, join } = setUp({ count: 1 });
    const { partitions } = join();
    await clock.advance(5_000);
    const token = partitions.fenceFor('any')?.token ?? 0;
    await memory.remove('/lcm/scheduler/partitions/0', 1);
    await clock.advance(5_000);
    expect(partitions.fenceFor('any')?.token).toBeGreaterThan(token);
  });

  it('never have two holders at a time, and always find one, whatever happens to members and bus', async () => {
    const ids = idsByPartition(5);
    const step = fc.record({
      member: fc.nat({ max: 3 }),
      act: fc.constantFrom('join', 'leave', 'down', 'hanging', 'heal', 'drop', 'breakWatches' as const),
      waitMs: fc.integer({ min: 0, max: 6_000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), fc.integer(), async (steps, seed) => {
        const { clock, join } = setUp({ count: ids.length, seed });
        const members = new Map<number, ReturnType<typeof join>>();
        const latest = new Map<string, number>();
        const pass = async (ms: number) => {
          for (let passed = 0; passed < ms; passed += 250) {
            await clock.advance(250);
            for (const id of ids) {
              const fences = [...members.values()].flatMap(({ partitions }) => partitions.fenceFor(id) ?? []);
              expect(fences.length).toBeLessThanOrEqual(1);
              const before = latest.get(id) ?? 0;
              latest.set(id, fences[0]?.token ?? before);
              expect(latest.get(id)).toBeGreaterThanOrEqual(before);
            }
          }
        };
        for (const { member, act, waitMs } of steps) {
          if (act === 'join' && !members.has(member)) members.set(member, join());
          const one = members.get(member);
          if (one) happen(one, act);
          if (act === 'leave') members.delete(member);
          await pass(waitMs);
        }
        for (const one of members.values()) happen(one, 'heal');
        members.set(-1, join());
        await pass(25_000);
        const held = [...members.values()].flatMap(({ partitions }) => partitions.held());
        expect(held.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
        for (const clean of cleanUp.splice(0)) await clean();
      }),
      { numRuns: 40 },
    );
  });
});

function happen({ bus, partitions }: { bus: FlakyBus; partitions: Partitions }, act: string): void {
  if (act === 'leave') void partitions.stop();
  else if (act === 'down' || act === 'hanging') bus[act] = true;
  else if (act === 'heal') Object.assign(bus, { down: false, hanging: false });
  else if (act === 'drop') partitions.drop(0);
  else if (act === 'breakWatches') bus.breakWatches();
}
