import type { Session } from '@lcm/core/domain/session-state.ts';
import { keepsEverything } from '../steps/step.ts';
import { raiseTask } from '../tasks.ts';
import { drivePipeline } from './drive-pipeline.ts';
import { AT_ONCE, at, type Visit } from './visit.ts';

/** Milliseconds after which a teardown that failed is tried anew: nothing may stay held for good. */
const REPEAT_MS = 60_000;
/** Teardowns that fail before a person is asked. */
const PATIENCE = 3;

/** Gives back what the session holds: all of it, or, for a pause, only what runs. */
export const visitStopping: Visit = async (work) => {
  const pipeline = await drivePipeline(work, 'teardown', {
    kind: kindOf(work.session),
    repeatAfterMs: REPEAT_MS,
  });
  if (pipeline.status === 'waiting') return pipeline;
  if (pipeline.status === 'done') {
    await work.decide({ type: 'markStopped' });
    return AT_ONCE;
  }
  const { run = 1 } = work.session.pipelines.teardown ?? {};
  if (run >= PATIENCE)
    await raiseTask(work, 'teardown', {
      title: `Session cannot give back what it holds: ${work.session.id}`,
      description: `The teardown has failed ${run} times, at last with: ${pipeline.message}`,
      priority: 'high',
    });
  return at(work, pipeline.failedAt + REPEAT_MS);
};

/** An end that comes during a pause needs a teardown of its own: the pause's has kept everything. */
function kindOf(session: Session): string {
  if (!keepsEverything(session)) return 'end';
  return session.afterStop === 'reset' ? 'reset' : 'pause';
}
