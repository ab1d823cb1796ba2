import { describe, expect, it } from 'vitest';
import { gradingSessionId, scoreReportId } from './ids.ts';
import type { PipelineProgress, StepProgress } from './pipeline-progress.ts';
import { T0 } from './scenario.fixture.ts';
import {
  ARCHIVED,
  COLLECTING,
  GRADING,
  INSTANTIATING,
  READY,
  RUNNING,
  step,
  whenSession,
} from './session.fixture.ts';
import { REMEMBERED_EVENTS } from './session.ts';
import { iso } from './time.ts';

const plan = [step('content_sync'), step('lab_start')];
const pending = (name: string): StepProgress => ({ name, status: 'PENDING', attempts: 0 });
const progress: PipelineProgress = {
  name: 'instantiate',
  runId: 'r-1',
  run: 1,
  status: 'RUNNING',
  startedAt: iso(T0),
  plan,
  steps: { content_sync: pending('content_sync'), lab_start: pending('lab_start') },
};
const planned = [...INSTANTIATING, { type: 'session.pipeline.planned', progress } as const];
const failed: StepProgress = { name: 'lab_start', status: 'FAILED', attempts: 3, message: 'no answer' };
const ended = [
  ...planned,
  { type: 'session.pipeline.step.recorded', pipeline: 'instantiate', runId: 'r-1', step: failed } as const,
  { type: 'session.pipeline.finished', pipeline: 'instantiate', runId: 'r-1', status: 'FAILED' } as const,
];
const of1 = { pipeline: 'instantiate', runId: 'r-1' } as const;

describe('a pipeline', () => {
  it('is planned whole before its first step', () => {
    whenSession(INSTANTIATING, { type: 'planPipeline', ...of1, plan }).happens({
      type: 'session.pipeline.planned',
      progress,
    });
  });

  it('is planned once per run, one run at a time', () => {
    whenSession(planned, { type: 'planPipeline', ...of1, plan }).happens();
    whenSession(planned, { type: 'planPipeline', ...of1, runId: 'r-2', plan }).isRefused(
      'conflict',
      /run r-1/,
    );
  });

  it('counts its runs', () => {
    const session = whenSession(ended, { type: 'planPipeline', ...of1, runId: 'r-2', plan }).state();
    expect(session.pipelines.instantiate).toMatchObject({ run: 2, runId: 'r-2', status: 'RUNNING' });
  });

  it('keeps the progress of each step, once', () => {
    const done: StepProgress = {
      name: 'content_sync',
      status: 'COMPLETED',
      attempts: 1,
      output: { key: 'k' },
    };
    const record = { type: 'recordSteps', ...of1, steps: [done] } as const;
    const recorded = { type: 'session.pipeline.step.recorded', ...of1, step: done } as const;
    whenSession(planned, record).happens(recorded);
    whenSession([...planned, recorded], record).happens();
    const next = { name: 'lab_start', status: 'RUNNING', attempts: 1 } as const;
    whenSession([...planned, recorded], { ...record, steps: [done, next] }).happens({
      type: 'session.pipeline.step.recorded',
      ...of1,
      step: next,
    });
  });

  it('takes no step of another run, nor one that was not planned', () => {
    const done: StepProgress = { name: 'content_sync', status: 'COMPLETED', attempts: 1 };
    whenSession(planned, { type: 'recordSteps', ...of1, runId: 'r-0', steps: [done] }).isRefused(
      'conflict',
      /r-0/,
    );
    whenSession(planned, { type: 'recordSteps', ...of1, steps: [done, pending('elsewhere')] }).isRefused(
      'rule',
      /no step elsewhere/,
    );
    whenSession(planned, { type: 'finishPipeline', ...of1, runId: 'r-0', status: 'FAILED' }).isRefused(
      'conflict',
    );
  });

  it('ends once', () => {
    const finish = { type: 'finishPipeline', ...of1, status: 'FAILED' } as const;
    expect(whenSession(planned, finish, T0 + 1_000).state().pipelines.instantiate?.endedAt).toBe(
      iso(T0 + 1_000),
    );
    whenSession(ended, finish).happens();
  });

  it('runs on from a failed step that is tried again', () => {
    const session = whenSession(ended, {
      type: 'retryStep',
      pipeline: 'instantiate',
      step: 'lab_start',
    }).state();
    expect(session.pipelines.instantiate).toMatchObject({
      status: 'RUNNING',
      steps: { lab_start: { attempts: 0 } },
    });
    expect(session.pipelines.instantiate?.endedAt).toBeUndefined();
  });

  it('tries no step again that has not failed', () => {
    whenSession(planned, { type: 'retryStep', pipeline: 'instantiate', step: 'lab_start' }).isRefused(
      'conflict',
    );
    whenSession(READY, { type: 'retryStep', pipeline: 'teardown', step: 'archive' }).isRefused('conflict');
  });
});

describe('evidence and grading', () => {
  const g2 = gradingSessionId.parse('g-2');

  it('are kept once', () => {
    const recorded = { type: 'session.evidence.recorded', evidenceKey: 'e-1' } as const;
    whenSession(COLLECTING, { type: 'recordEvidence', evidenceKey: 'e-1' }).happens(recorded);
    whenSession([...COLLECTING, recorded], { type: 'recordEvidence', evidenceKey: 'e-1' }).happens();
    const score = {
      type: 'recordScore',
      scoreReportId: scoreReportId.parse('sr-1'),
      result: 'FAIL',
    } as const;
    const scored = { ...score, type: 'session.score.recorded' } as const;
    whenSession(GRADING, score).happens(scored);
    whenSession([...GRADING, scored], score).happens();
  });

  it('let a second grading follow the first without leaving GRADING', () => {
    const session = whenSession(GRADING, { type: 'startGrading', gradingSessionId: g2 }).state();
    expect(session).toMatchObject({ status: 'GRADING', gradingSessionId: g2 });
    expect(session.history).toHaveLength(7);
  });

  it('come in their order', () => {
    whenSession(RUNNING, { type: 'startGrading', gradingSessionId: g2 }).isRefused('illegalTransition');
    whenSession(READY, { type: 'startCollecting' }).isRefused('illegalTransition');
    whenSession(ARCHIVED, { type: 'startGrading', gradingSessionId: g2 }).isRefused('illegalTransition');
  });
});

describe('an event from outside', () => {
  const login = { type: 'markRunning', eventId: 'lds/1' } as const;
  const applied = (eventId: string) => ({ type: 'session.inbound.applied', eventId }) as const;

  it('is remembered with its effect', () => {
    whenSession(READY, login).happens({ type: 'session.running' }, applied('lds/1'));
  });

  it('takes effect once, whatever has become of the session', () => {
    const history = [...READY, { type: 'session.running' } as const, applied('lds/1')];
    whenSession(history, login).happens();
    whenSession([...history, { type: 'session.collecting' }], login).happens();
  });

  it('that is refused may come again', () => {
    whenSession(INSTANTIATING, login).isRefused('illegalTransition');
  });

  it('that changes nothing is not remembered, unless only to be noted', () => {
    whenSession(RUNNING, login).happens();
    whenSession(RUNNING, { type: 'noteEvent', eventId: 'grading/1' }).happens(applied('grading/1'));
  });

  it('is forgotten after many more', () => {
    const many = Array.from({ length: REMEMBERED_EVENTS }, (_, index) => applied(`later/${index}`));
    const session = whenSession([...READY, applied('lds/1'), ...many], { type: 'markRunning' }).state();
    expect(session.inbound).toHaveLength(REMEMBERED_EVENTS);
    expect(session.inbound).not.toContain('lds/1');
  });
});
