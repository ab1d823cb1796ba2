import type { ReconcileContext, ReconcileResult } from '@lcm/core/controller/controller.ts';
import { isFinal } from '@lcm/core/domain/decider.ts';
import { GRADING_TRANSITIONS, type GradingSession } from '@lcm/core/domain/grading-session.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import { ms } from '@lcm/core/domain/time.ts';
import { untilNextLook } from '@lcm/core/poll-pace.ts';
import type { GradingResult } from '@lcm/core/spi/grading-engine.ts';
import type { LabletDependencies } from '../dependencies.ts';
import { unlessMissing } from '../missing.ts';
import { askEngine, ENGINE_PACE } from './ask-engine.ts';
import { becomeGrading, noteExternalId, PIPELINE_GRADING, submitReport } from './grading-sessions.ts';

/**
 * Works off a grading that was asked for beside the session's own pipeline: stored evidence graded anew. Its
 * score becomes another report, and the session's result is that of the latest.
 */
export async function reconcileGrading(
  deps: LabletDependencies,
  id: string,
  context: ReconcileContext,
): Promise<ReconcileResult> {
  const { internal } = deps.client;
  const grading = await unlessMissing(internal.gradingSessions.get({ params: { id } }));
  if (!grading || isFinal(GRADING_TRANSITIONS, grading.status)) return undefined;
  const session = await unlessMissing(internal.sessions.get({ params: { id: grading.sessionId } }));
  if (!session || isOfPipeline(grading)) return undefined;
  const under = await becomeGrading(internal, grading, 'GRADING', context.headers());
  const result = await graded(deps, session, under, context);
  await noteExternalId(internal, under, result.gradingId, context.headers());
  if (result.status === 'working')
    return { againInMs: untilNextLook(deps.clock.now() - ms(under.updatedAt), ENGINE_PACE) };
  if (result.status === 'failed') {
    await becomeGrading(internal, under, 'FAULTED', context.headers(), result.message);
    return undefined;
  }
  const report = await submitReport(
    internal,
    { session, grading: under, score: result.score },
    context.headers(),
  );
  const recorded = {
    type: 'recordScore' as const,
    scoreReportId: report.id,
    result: report.passed ? ('PASS' as const) : ('FAIL' as const),
  };
  const sent = { params: { id: session.id }, body: { command: recorded }, headers: context.headers() };
  await internal.sessions.command(sent);
  await becomeGrading(internal, under, 'SUBMITTED', context.headers());
  return undefined;
}

/** The session's pipeline has a grading of its own for each attempt, and works it off by itself. */
const isOfPipeline = ({ id }: GradingSession): boolean => id.startsWith(PIPELINE_GRADING);

async function graded(
  deps: LabletDependencies,
  session: Session,
  grading: GradingSession,
  context: ReconcileContext,
): Promise<GradingResult> {
  const { definitionId } = session.definition;
  const { state: definition } = await deps.client.internal.definitions.get({ params: { id: definitionId } });
  const { rubric } = definition.spec.grading ?? {};
  if (!rubric) return lost(grading, `${definition.spec.name} has no rubric`);
  context.fence();
  try {
    return await askEngine(deps, grading, rubric, context.signal);
  } catch (refusal) {
    if (refusal instanceof Refusal && (refusal.code === 'rule' || refusal.code === 'notFound'))
      return lost(grading, refusal.message);
    throw refusal;
  }
}

const lost = ({ id }: GradingSession, message: string): GradingResult => ({
  status: 'failed',
  gradingId: id,
  message,
  retryPossible: false,
});
