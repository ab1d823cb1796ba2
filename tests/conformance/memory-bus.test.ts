import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { MemoryBus } from '@lcm/adapters/memory/memory-bus.ts';
import { describeStateBus } from './state-bus.ts';

describeStateBus('the memory bus', async () => {
  const clock = new VirtualClock();
  const bus = new MemoryBus({ clock });
  return {
    bus,
    other: bus,
    pass: (ms) => clock.advance(ms),
    compact: async () => bus.compact(),
    close: () => bus.close(),
  };
});
