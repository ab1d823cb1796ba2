import type { BusEvent } from '@lcm/core/spi/state-bus.ts';
import { CompactedError } from '@lcm/core/spi/state-bus.ts';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.ts';
import { MemoryBus } from './memory-bus.ts';

describe('the memory bus', () => {
  it('begins a later life with greater revisions and another epoch', async () => {
    const clock = new VirtualClock();
    const first = new MemoryBus({ clock });
    for (let version = 1; version <= 500; version++) await first.project('/lcm/sessions/a', { version });
    const { revision } = await first.list('/');
    await clock.advance(1);
    const second = new MemoryBus({ clock });
    expect((await second.list('/')).revision).toBeGreaterThan(revision);
    expect(second.epoch).not.toBe(first.epoch);
    const watch = second.watch('/', revision, new AbortController().signal);
    await expect(watch[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(CompactedError);
  });

  it('hands over in one batch what came while the watcher was busy', async () => {
    const bus = new MemoryBus({ clock: new VirtualClock() });
    const watch = bus.watch('/', (await bus.list('/')).revision, new AbortController().signal);
    const batches = watch[Symbol.asyncIterator]();
    for (let version = 1; version <= 7; version++) await bus.project('/lcm/sessions/a', { version });
    expect(await versionsOf(batches.next())).toEqual([1, 2, 3, 4, 5, 6, 7]);
    const waiting = batches.next();
    await bus.project('/lcm/sessions/a', { version: 8 });
    expect(await versionsOf(waiting)).toEqual([8]);
  });

  it('keeps as many events as it was told, and sends a watcher that lags further back to the listing', async () => {
    const bus = new MemoryBus({ clock: new VirtualClock(), keepEvents: 10 });
    const { revision } = await bus.list('/');
    const lagging = bus.watch('/', revision, new AbortController().signal)[Symbol.asyncIterator]();
    await bus.project('/lcm/sessions/a', { version: 1 });
    await lagging.next();
    for (let version = 2; version <= 40; version++) await bus.project('/lcm/sessions/a', { version });
    await expect(lagging.next()).rejects.toBeInstanceOf(CompactedError);
    const head = (await bus.list('/')).revision;
    const recent = bus.watch('/', head - 10, new AbortController().signal)[Symbol.asyncIterator]();
    expect(await versionsOf(recent.next())).toEqual([31, 32, 33, 34, 35, 36, 37, 38, 39, 40]);
  });

  it('refuses everything once it is closed, and ends the watches', async () => {
    const bus = new MemoryBus({ clock: new VirtualClock() });
    const watch = bus.watch('/', (await bus.list('/')).revision, new AbortController().signal);
    const next = watch[Symbol.asyncIterator]().next();
    await bus.close();
    await expect(next).rejects.toMatchObject({ code: 'unavailable' });
    await expect(bus.get('/a')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('stays quick with thousands of keys and watchers', async () => {
    const bus = new MemoryBus({ clock: new VirtualClock() });
    const stop = new AbortController();
    const { revision } = await bus.list('/');
    let delivered = 0;
    const follow = async (prefix: string) => {
      for await (const batch of bus.watch(prefix, revision, stop.signal)) delivered += batch.length;
    };
    const watching = Array.from({ length: 5_000 }, (_, index) => follow(`/lcm/sessions/s${index}-`));
    const began = process.hrtime.bigint();
    for (let version = 1; version <= 4; version++)
      for (let index = 0; index < 5_000; index++)
        await bus.project(`/lcm/sessions/s${index}-`, { version, status: 'RUNNING' });
    const tookMs = Number(process.hrtime.bigint() - began) / 1e6;
    stop.abort();
    await Promise.all(watching);
    expect(delivered).toBe(20_000);
    expect(tookMs).toBeLessThan(5_000);
  });
});

async function versionsOf(next: Promise<IteratorResult<BusEvent[]>>): Promise<(number | undefined)[]> {
  const { value } = await next;
  return value.map((event: BusEvent) => event.value?.version);
}
