import { MemoryBus } from '@lcm/adapters/memory/memory-bus.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { StateBus } from '@lcm/core/spi/state-bus.ts';

/**
 * The same bus with other leases for the scheduler: whoever uses it believes that it is alone.
 * @param ahead by how much its fencing tokens are greater
 */
export function withLeasesOfItsOwn(bus: StateBus, clock: Clock, ahead = 0): StateBus {
  const own = new MemoryBus({ clock, firstRevision: Math.floor(clock.now() * 1_000) + ahead });
  const busOf = (key: string): StateBus => (key.startsWith('/lcm/resource-scheduler/') ? own : bus);
  return {
    epoch: bus.epoch,
    get: (key) => busOf(key).get(key),
    list: (prefix) => busOf(prefix).list(prefix),
    project: (key, value) => busOf(key).project(key, value),
    remove: (key, version) => busOf(key).remove(key, version),
    watch: (prefix, after, signal) => busOf(prefix).watch(prefix, after, signal),
    grantLease: (ttlMs) => own.grantLease(ttlMs),
    acquire: (key, holder, lease) => own.acquire(key, holder, lease),
    relinquish: (key, lease) => own.relinquish(key, lease),
    close: () => own.close(),
  };
}
