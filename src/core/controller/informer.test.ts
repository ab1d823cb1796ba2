import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { MemoryBus } from '@lcm/adapters/memory/memory-bus.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FlakyBus } from './fixtures.ts';
import { type InformerChange, startInformer } from './informer.ts';
import { keptLog } from './kept-log.fixture.ts';

function setUp({ resyncMs = 30_000, seed = 1 } = {}) {
  const clock = new VirtualClock();
  const memory = new MemoryBus({ clock });
  const bus = new FlakyBus(memory);
  const log = keptLog();
  const options = { bus, clock, random: seededRandom(seed), log, prefix: '/lcm/sessions/', resyncMs };
  const begin = () => {
    const informer = startInformer(options);
    const changes: InformerChange[] = [];
    informer.subscribe((change) => changes.push(change));
    const told = () =>
      changes
        .filter(({ type }) => type !== 'resync')
        .map(({ type, id, value }) => `${type} ${id} ${value.version}`);
    return { informer, changes, told };
  };
  const put = (id: string, version: number) => memory.project(`/lcm/sessions/${id}`, { version });
  return { clock, memory, bus, log, begin, put };
}

describe('an informer', () => {
  it('knows what is there, and then what happens', async () => {
    const { clock, memory, begin, put } = setUp();
    await put('a', 1);
    const { informer, told } = begin();
    await clock.advance(0);
    await informer.synced;
    expect([...informer.cache.keys()]).toEqual(['a']);
    await put('a', 2);
    await put('b', 1);
    await memory.remove('/lcm/sessions/a', 2);
    await memory.project('/lcm/workers/w', { version: 1 });
    await clock.advance(0);
    expect(told()).toEqual(['added a 1', 'changed a 2', 'added b 1', 'removed a 2']);
    expect([...informer.cache]).toEqual([['b', { version: 1 }]]);
  });

  it('misses nothing and repeats nothing when the watch breaks', async () => {
    const { clock, bus, begin, put } = setUp({ resyncMs: 3_600_000 });
    const { told } = begin();
    await clock.advance(0);
    await put('a', 1);
    await clock.advance(0);
    bus.breakWatches();
    await put('a', 2);
    await put('a', 3);
    await clock.advance(5_000);
    expect(told()).toEqual(['added a 1', 'changed a 2', 'changed a 3']);
  });

  it('lists again when the revisions it needs are gone', async () => {
    const { clock, bus, memory, begin, put } = setUp({ resyncMs: 3_600_000 });
    await put('a', 1);
    await put('b', 1);
    const { told, informer } = begin();
    await clock.advance(0);
    bus.breakWatches();
    await memory.remove('/lcm/sessions/a', 1);
    await put('b', 2);
    await put('c', 1);
    memory.compact();
    await clock.advance(5_000);
    expect(told().slice(2)).toEqual(['changed b 2', 'added c 1', 'removed a 1']);
    await put('c', 2);
    await clock.advance(0);
    expect(informer.cache.get('c')).toEqual({ version: 2 });
  });

  it('lists again when the bus has begun another life', async () => {
    const { clock, bus, begin, put } = setUp({ resyncMs: 3_600_000 });
    await put('a', 1);
    const { changes } = begin();
    await clock.advance(0);
    bus.epochSuffix = '-second';
    bus.breakWatches();
    await clock.advance(5_000);
    expect(changes.map(({ type }) => type)).toEqual(['added', 'resync']);
  });

  it('repairs at every resync what the watch has swallowed', async () => {
    const { clock, memory, bus, begin, put } = setUp();
    await put('gone', 1);
    const { informer } = begin();
    await clock.advance(0);
    bus.swallow = () => true;
    await put('a', 1);
    await memory.remove('/lcm/sessions/gone', 1);
    await clock.advance(1_000);
    expect([...informer.cache.keys()]).toEqual(['gone']);
    await clock.advance(33_000);
    expect([...informer.cache.keys()]).toEqual(['a']);
  });

  it('never gives up on a bus that is away, however long and in which manner', async () => {
    const { clock, bus, log, begin, put } = setUp();
    bus.down = true;
    const { informer } = begin();
    await clock.advance(7_200_000);
    bus.down = false;
    bus.hanging = true;
    await clock.advance(7_200_000);
    bus.hanging = false;
    await put('a', 1);
    await clock.advance(60_000);
    expect([...informer.cache.keys()]).toEqual(['a']);
    // Patience: one try every few seconds, not thousands a second.
    expect(log.lines.length).toBeLessThan(2_500);
  });

  it('tells all listeners everything even if one of them fails', async () => {
    const { clock, log, begin, put } = setUp();
    const { informer, told } = begin();
    const stop = informer.subscribe(() => {
      throw new Error('cannot cope');
    });
    await put('a', 1);
    await put('a', 2);
    await clock.advance(0);
    expect(told().at(-1)).toMatch(/a 2$/);
    expect(log.lines.some(({ level }) => level === 'error')).toBe(true);
    stop();
  });

  it('stops whatever it is doing', async () => {
    for (const trouble of ['none', 'down', 'hanging'] as const) {
      const { clock, bus, begin, put } = setUp();
      const { informer, told } = begin();
      await clock.advance(0);
      if (trouble !== 'none') bus[trouble] = true;
      await clock.advance(31_000);
      await informer.stop();
      await put('late', 1);
      await clock.advance(60_000);
      expect(told()).toEqual([]);
    }
  });

  it('ends up with what is there, whatever breaks on the way', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('put' as const), id: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ do: fc.constant('remove' as const), id: fc.constantFrom('a', 'b', 'c') }),
      fc.record({ do: fc.constantFrom('break', 'compact', 'outage', 'wait' as const), id: fc.constant('') }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer(), async (steps, seed) => {
        const { clock, memory, bus, begin } = setUp({ seed });
        const { informer, changes } = begin();
        let version = 0;
        for (const { do: what, id } of steps) {
          version += 1;
          if (what === 'put') await memory.project(`/lcm/sessions/${id}`, { version });
          else if (what === 'remove') await memory.remove(`/lcm/sessions/${id}`, version);
          else if (what === 'break') bus.breakWatches();
          else if (what === 'compact') memory.compact();
          else if (what === 'outage') {
            bus.down = true;
            bus.breakWatches();
            await clock.advance(700);
            bus.down = false;
          } else await clock.advance(400);
        }
        await clock.advance(30_000);
        const { entries } = await memory.list('/lcm/sessions/');
        const truth = new Map(entries.map(({ key, value }) => [key.slice('/lcm/sessions/'.length), value]));
        expect(new Map([...informer.cache].sort())).toEqual(truth);
        // Replaying what listeners were told gives the same picture.
        const replayed = new Map<string, unknown>();
        for (const { type, id, value } of changes)
          if (type === 'removed') replayed.delete(id);
          else replayed.set(id, value);
        expect(new Map([...replayed].sort())).toEqual(truth);
        await informer.stop();
      }),
      { numRuns: 50 },
    );
  });
});
