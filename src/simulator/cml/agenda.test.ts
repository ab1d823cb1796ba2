import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { expect, test } from 'vitest';
import { openAgenda } from './agenda.ts';

test('nothing happens before its time, though a timer goes off early', async () => {
  const clock = new VirtualClock();
  const hasty = {
    ...bound(clock),
    after: (ms: number, call: () => void) => clock.after(Math.max(1, ms - 1), call),
  };
  const happened: number[] = [];
  const at = clock.now() + 1_000;
  openAgenda(hasty).at(at, () => happened.push(clock.now()));
  await clock.advance(2_000);
  expect(happened).toHaveLength(1);
  expect(happened[0]).toBeGreaterThanOrEqual(at);
});

const bound = (clock: VirtualClock) => ({
  now: () => clock.now(),
  monotonic: () => clock.monotonic(),
  sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms, signal),
});
