import type { ReconcileContext, ReconcileResult } from '@lcm/core/controller/controller.ts';
import type { LabletDependencies } from './dependencies.ts';
import { orMissing } from './missing.ts';
import { SessionWork, Superseded } from './session-work.ts';
import { visitCollecting } from './sessions/collecting.ts';
import { visitGrading } from './sessions/grading.ts';
import { visitInstantiating } from './sessions/instantiating.ts';
import { visitReady } from './sessions/ready.ts';
import { visitRunning } from './sessions/running.ts';
import { visitScheduled } from './sessions/scheduled.ts';
import { visitStopped } from './sessions/stopped.ts';
import { visitStopping } from './sessions/stopping.ts';
import { AT_ONCE, type Visits } from './sessions/visit.ts';

/** What is done with a session, by its status; PENDING is the scheduler's, and final ones are nobody's. */
const VISITS: Visits = {
  SCHEDULED: visitScheduled,
  INSTANTIATING: visitInstantiating,
  READY: visitReady,
  RUNNING: visitRunning,
  COLLECTING: visitCollecting,
  GRADING: visitGrading,
  STOPPING: visitStopping,
  STOPPED: visitStopped,
};

/** Looks at one session and does what its status asks for. */
export async function reconcileSession(
  deps: LabletDependencies,
  id: string,
  context: ReconcileContext,
): Promise<ReconcileResult> {
  const stored = await orMissing(deps.client.internal.sessions.get({ params: { id } }));
  const visit = stored && VISITS[stored.state.status];
  if (!visit) return undefined;
  try {
    return await visit(new SessionWork(deps, context, stored));
  } catch (error) {
    if (error instanceof Superseded) return AT_ONCE;
    throw error;
  }
}
