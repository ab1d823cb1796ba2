import { iso } from '@lcm/core/domain/time.ts';
import type { WorkerDeps } from './deps.ts';
import type { SweepContext } from './sweep-context.ts';
import { raiseTask } from './tasks.ts';

/** Tells a person, once a day at most, that automatic action has stopped, and why. */
export async function announceBreaker(deps: WorkerDeps, context: SweepContext): Promise<void> {
  const why = await deps.fleet.tripped();
  if (!why) return;
  deps.log.warn({}, why);
  await raiseTask(deps, context, `task-circuit-breaker-${iso(deps.clock.now()).slice(0, 10)}`, {
    title: 'Automatic scaling and termination have stopped',
    description: `${why}. They go on by themselves when enough workers are healthy again, retried or terminated.`,
    priority: 'high',
    about: { kind: 'system', id: 'workers' },
  });
}
