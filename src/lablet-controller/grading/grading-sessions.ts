import {
  GRADING_TRANSITIONS,
  type GradingSession,
  type GradingStatus,
} from '@lcm/core/domain/grading-session.ts';
import type { Score, ScoreReport } from '@lcm/core/domain/score-report.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import type { InternalClient } from '../dependencies.ts';

/** How the ids of gradings begin that belong to a session's pipeline. */
export const PIPELINE_GRADING = 'gp-';

type Headers = { 'x-lcm-fence': string };

/** Moves a grading on, where it is not there or further already. */
export async function becomeGrading(
  client: InternalClient,
  grading: GradingSession,
  status: GradingStatus,
  headers: Headers,
  message?: string,
): Promise<GradingSession> {
  if (!GRADING_TRANSITIONS[grading.status].includes(status)) return grading;
  const command = { type: 'become' as const, status, ...(message ? { message } : {}) };
  const sent = { params: { id: grading.id }, body: { command }, headers };
  return (await client.gradingSessions.command(sent)).state;
}

/** Notes the engine's own id of a grading. */
export async function noteExternalId(
  client: InternalClient,
  grading: GradingSession,
  externalId: string,
  headers: Headers,
): Promise<void> {
  if (grading.engine === 'builtin' || grading.externalId === externalId) return;
  const command = { type: 'submitTo' as const, externalId };
  await client.gradingSessions.command({ params: { id: grading.id }, body: { command }, headers });
}

/** Keeps the score as a report of its own: written once, however often this is asked. */
export async function submitReport(
  client: InternalClient,
  { session, grading, score }: { session: Session; grading: GradingSession; score: Score },
  headers: Headers,
): Promise<ScoreReport> {
  const id = `sr-${grading.id}`;
  const report = {
    ...score,
    id,
    sessionId: session.id,
    definitionId: session.definition.definitionId,
    ownerKey: session.ownerKey,
    gradingSessionId: grading.id,
    engine: grading.engine,
    evidenceKey: grading.evidenceKey,
  };
  const sent = { params: { id }, body: { command: { type: 'submit' as const, report } }, headers };
  return (await client.scoreReports.command(sent)).state;
}
