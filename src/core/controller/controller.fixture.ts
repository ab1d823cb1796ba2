import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { MemoryBus } from '@lcm/adapters/memory/memory-bus.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { afterEach } from 'vitest';
import { type ControllerOptions, type RunningController, startController } from './controller.ts';
import { FlakyBus } from './fixtures.ts';
import { keptLog } from './kept-log.fixture.ts';

export const PREFIX = '/lcm/sessions/';

/** Controllers on one bus and virtual time, and when they began to reconcile what. */
export function setUp({ seed = 1 } = {}) {
  const clock = new VirtualClock();
  const memory = new MemoryBus({ clock });
  const random = seededRandom(seed);
  const log = keptLog();
  const began: { id: string; at: number }[] = [];
  const start = (reconcile: ControllerOptions['reconcile'], more: Partial<ControllerOptions> = {}) => {
    const bus = new FlakyBus(memory);
    const controller = startController({
      name: 'lablet-controller',
      bus,
      clock,
      random,
      log,
      watch: [{ from: PREFIX }],
      marginMs: 0,
      reconcile: (id, context) => {
        began.push({ id, at: clock.monotonic() });
        return reconcile(id, context);
      },
      ...more,
    });
    cleanUp.push(() => clock.until(stopped(controller)));
    return { controller, bus };
  };
  const put = (id: string, version = 1) => memory.project(PREFIX + id, { version });
  const runsOf = (id: string) => began.filter((run) => run.id === id).length;
  return { clock, memory, log, began, start, put, runsOf };
}

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0)) await clean();
});

/** Begins to stop it, and tells whether that is done. */
export function stopped(controller: RunningController, deadlineMs?: number): () => boolean {
  let done = false;
  void controller.stop(deadlineMs).then(() => {
    done = true;
  });
  return () => done;
}

export const nothing = async () => undefined;
