import { Refusal } from '@lcm/core/domain/refusal.ts';
import { rubric as rubricSchema } from '@lcm/core/domain/rubric.ts';
import { StepWaits } from '@lcm/core/pipeline/step-handler.ts';
import { z } from 'zod';
import { getJson, putJson } from '../content-json.ts';
import { askEngine, ENGINE_PACE } from '../grading/ask-engine.ts';
import { becomeGrading, noteExternalId, PIPELINE_GRADING } from '../grading/grading-sessions.ts';
import { loadRubricOutput } from './load-rubric.ts';
import { outputOf, type SessionStep } from './step.ts';

export const evaluateOutput = z.object({ gradingSessionId: z.string(), scoreKey: z.string() });

/** Has the evidence graded. An external engine takes its time; each attempt is a grading of its own there. */
export const evaluate: SessionStep = {
  run: async (call): Promise<z.infer<typeof evaluateOutput>> => {
    const work = call.context;
    const { content, client } = work.deps;
    const { evidenceKey, id: sessionId, pipelines } = work.session;
    if (!evidenceKey) throw new Refusal('rule', `session ${sessionId} has no evidence to grade`);
    const { rubricKey, engine } = outputOf(call, 'load_rubric', loadRubricOutput);
    const id = `${PIPELINE_GRADING}${sessionId}-${pipelines.compute_grading?.run ?? 1}-${call.attempt}`;
    const opened = await client.internal.gradingSessions.command({
      params: { id },
      body: { command: { type: 'open', grading: { id, sessionId, engine, evidenceKey, rubricKey } } },
      headers: work.headers(),
    });
    await work.command({ type: 'startGrading', gradingSessionId: id });
    const grading = await becomeGrading(client.internal, opened.state, 'GRADING', work.headers());
    const rubric = await getJson(content, rubricKey, rubricSchema);
    work.holdFast();
    const result = await askEngine(work.deps, grading, rubric, call.signal).catch(
      async (refusal: unknown) => {
        const final = refusal instanceof Refusal && refusal.code === 'rule';
        if (final) await becomeGrading(client.internal, grading, 'FAULTED', work.headers(), refusal.message);
        throw refusal;
      },
    );
    await noteExternalId(client.internal, grading, result.gradingId, work.headers());
    if (result.status === 'working') throw new StepWaits('the grading engine is at work', ENGINE_PACE);
    if (result.status === 'done')
      return { gradingSessionId: id, scoreKey: await putJson(content, result.score) };
    await becomeGrading(client.internal, grading, 'FAULTED', work.headers(), result.message);
    const failure = `the grading failed: ${result.message}`;
    throw result.retryPossible ? new Error(failure) : new Refusal('rule', failure);
  },
};
