import type { Random } from '@lcm/core/spi/random.ts';
import { type BusEvent, CompactedError, type StateBus } from '@lcm/core/spi/state-bus.ts';

/** How often what goes wrong with the events of a watch: shares of all of them, 0 to 1. */
export interface WatchFaults {
  lost?: number;
  doubled?: number;
  /** Delivered after the event that follows it. */
  late?: number;
  /** Revisions are compacted away under the watch, which breaks. */
  compacted?: number;
}

/** How much of it has happened. */
export interface FaultCount {
  events: number;
  lost: number;
  doubled: number;
  late: number;
  compacted: number;
}

/** A bus whose watches keep none of their promises, though everything else about it is right. */
export function unreliableBus(
  inner: StateBus,
  random: Random,
  faults: WatchFaults,
  count: FaultCount,
): StateBus {
  const { lost = 0, doubled = 0, late = 0, compacted = 0 } = faults;
  const happens = (share: number, what: keyof FaultCount): boolean => {
    if (random.next() >= share) return false;
    count[what] += 1;
    return true;
  };
  async function* watch(prefix: string, after: number, signal: AbortSignal): AsyncGenerator<BusEvent[]> {
    const held: BusEvent[] = [];
    for await (const batch of inner.watch(prefix, after, signal)) {
      const delivered: BusEvent[] = [];
      for (const event of batch) {
        count.events += 1;
        if (happens(compacted, 'compacted')) throw new CompactedError(event.revision);
        if (happens(lost, 'lost')) continue;
        if (happens(late, 'late')) {
          held.push(event);
          continue;
        }
        delivered.push(event, ...held.splice(0));
        if (happens(doubled, 'doubled')) delivered.push(event);
      }
      if (delivered.length > 0) yield delivered;
    }
  }
  return {
    get epoch() {
      return inner.epoch;
    },
    get: (key) => inner.get(key),
    list: (prefix) => inner.list(prefix),
    project: (key, value) => inner.project(key, value),
    remove: (key, version) => inner.remove(key, version),
    watch,
    grantLease: (ttlMs) => inner.grantLease(ttlMs),
    acquire: (key, holder, lease) => inner.acquire(key, holder, lease),
    relinquish: (key, lease) => inner.relinquish(key, lease),
    close: () => inner.close(),
  };
}
