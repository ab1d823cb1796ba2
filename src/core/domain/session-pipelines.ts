import { Refusal } from './refusal.ts';
import { sameJson } from './same-json.ts';
import type { RulesFor } from './session-rules.ts';
import type { Session } from './session-state.ts';
import { iso } from './time.ts';

/** The progress of a session's pipelines: one run of each at a time. */
export const pipelines: RulesFor<'planPipeline' | 'recordSteps' | 'finishPipeline' | 'retryStep'> = {
  planPipeline: (state, { pipeline, runId, plan }, now) => {
    const previous = state.pipelines[pipeline];
    if (previous?.runId === runId) return [];
    if (previous?.status === 'RUNNING') {
      throw new Refusal(
        'conflict',
        `pipeline ${pipeline} of session ${state.id} is under way as run ${previous.runId}`,
      );
    }
    const steps = Object.fromEntries(
      plan.map((step) => [step.name, { name: step.name, status: 'PENDING' as const, attempts: 0 }]),
    );
    const progress = {
      name: pipeline,
      runId,
      run: (previous?.run ?? 0) + 1,
      status: 'RUNNING' as const,
      startedAt: iso(now),
      plan,
      steps,
    };
    return [{ type: 'session.pipeline.planned', progress }];
  },

  recordSteps: (state, { pipeline, runId, steps }) => {
    const known = runOf(state, pipeline, runId).steps;
    const stranger = steps.find(({ name }) => !known[name]);
    if (stranger) throw new Refusal('rule', `pipeline ${pipeline} has no step ${stranger.name}`);
    return steps
      .filter((step) => !sameJson(known[step.name], step))
      .map((step) => ({ type: 'session.pipeline.step.recorded', pipeline, runId, step }));
  },

  finishPipeline: (state, { pipeline, runId, status }) =>
    runOf(state, pipeline, runId).status === status
      ? []
      : [{ type: 'session.pipeline.finished', pipeline, runId, status }],

  retryStep: (state, { pipeline, step }) => {
    const progress = state.pipelines[pipeline];
    if (progress?.steps[step]?.status !== 'FAILED') {
      throw new Refusal('conflict', `step ${step} of pipeline ${pipeline} has not failed: nothing to retry`);
    }
    return [{ type: 'session.pipeline.step.retried', pipeline, step }];
  },
};

function runOf(state: Session, pipeline: keyof Session['pipelines'], runId: string) {
  const progress = state.pipelines[pipeline];
  if (progress?.runId !== runId) {
    throw new Refusal('conflict', `run ${runId} of pipeline ${pipeline} is not the current one`);
  }
  return progress;
}
