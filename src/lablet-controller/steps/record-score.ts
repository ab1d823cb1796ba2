import { score as scoreSchema } from '@lcm/core/domain/score-report.ts';
import { getJson } from '../content-json.ts';
import { becomeGrading, submitReport } from '../grading/grading-sessions.ts';
import { evaluateOutput } from './evaluate.ts';
import { outputOf, type SessionStep } from './step.ts';

/** Keeps the score as a report, and its result on the session. */
export const recordScore: SessionStep = {
  run: async (call) => {
    const work = call.context;
    const { gradingSessionId, scoreKey } = outputOf(call, 'evaluate', evaluateOutput);
    const { internal } = work.deps.client;
    const score = await getJson(work.deps.content, scoreKey, scoreSchema);
    const { state: grading } = await internal.gradingSessions.get({ params: { id: gradingSessionId } });
    const report = await submitReport(internal, { session: work.session, grading, score }, work.headers());
    const result = report.passed ? 'PASS' : 'FAIL';
    await work.command({ type: 'recordScore', scoreReportId: report.id, result });
    await becomeGrading(internal, grading, 'SUBMITTED', work.headers());
    return { scoreReportId: report.id, score: report.score, maxScore: report.maxScore, result };
  },
};
