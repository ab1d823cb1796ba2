import fc from 'fast-check';
import { gradingSessionId, labRecordId, placementId, scoreReportId, userSessionId, workerId } from './ids.ts';
import { PIPELINE_NAMES, type StepPlan, type StepProgress } from './pipeline-progress.ts';
import { T0, type Wish } from './scenario.fixture.ts';
import { booking, decision, lab, step } from './session.fixture.ts';
import type { SessionCommand } from './session.ts';
import { OUTCOMES, type Session } from './session-state.ts';
import { iso } from './time.ts';

const oneOf = <Id>(id: { parse(text: string): Id }, ...texts: string[]) =>
  fc.constantFrom(...texts.map((text) => id.parse(text)));
const placements = oneOf(placementId, 'p-1', 'p-2', 'p-3', 'p-4');
const workers = oneOf(workerId, 'w-1', 'w-2');
const records = oneOf(labRecordId, 'lr-1', 'lr-2');
const accesses = oneOf(userSessionId, 'us-1', 'us-2');
const pipelines = fc.constantFrom(...PIPELINE_NAMES);
const runs = fc.constantFrom('r-1', 'r-2');
const plan: StepPlan[] = [step('one'), step('two')];
const stepNames = fc.constantFrom('one', 'two');

const progress: fc.Arbitrary<StepProgress> = fc.record({
  name: stepNames,
  status: fc.constantFrom('RUNNING', 'COMPLETED', 'SKIPPED', 'FAILED'),
  attempts: fc.nat(3),
});
const slots = fc
  .record({ startMin: fc.integer({ min: 0, max: 60 }), minutes: fc.integer({ min: -5, max: 90 }) })
  .map(({ startMin, minutes }) => ({
    ...booking.timeslot,
    start: iso(T0 + startMin * 60_000),
    end: iso(T0 + (startMin + minutes) * 60_000),
  }));
const decisions = fc.constantFrom(decision, { ...decision, outcome: 'wait' as const });

/** Commands to a session at random, most of them nonsense most of the time. */
export const anyWish: fc.Arbitrary<Wish<SessionCommand>> = fc.oneof(
  { weight: 12, arbitrary: simple() },
  fc.record({
    type: fc.constant('propose' as const),
    placementId: placements,
    workerId: workers,
    decision: decisions,
  }),
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('confirmPlacement' as const), placementId: placements }),
  },
  fc.record({ type: fc.constant('withdrawProposal' as const), placementId: placements }),
  fc.record({ type: fc.constant('recordRelease' as const), placementId: placements }),
  fc.record({ type: fc.constant('recordDecision' as const), decision: decisions }),
  fc.record({
    type: fc.constant('changeTimeslot' as const),
    timeslot: slots,
    placementId: fc.option(placements, { nil: undefined }),
  }),
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('bindLab' as const),
      lab: fc.record({
        labRecordId: records,
        workerId: workers,
        cmlLabId: fc.constantFrom('c-1', 'c-2'),
        title: fc.constant('ccna'),
        ports: fc.constantFrom({}, { R1: 2000 }),
      }),
    }),
  },
  fc.record({
    type: fc.constant('claim' as const),
    owner: fc.constantFrom(
      { issuer: 'https://idp.example', subject: 's-1' },
      { issuer: 'https://idp.example', subject: 's-2' },
    ),
  }),
  fc.record({ type: fc.constant('unbindLab' as const), labRecordId: records }),
  fc.record({
    type: fc.constant('openUserSession' as const),
    userSessionId: accesses,
    ldsSessionId: fc.constantFrom(undefined, 'lds-1'),
  }),
  fc.record({ type: fc.constant('recordEvidence' as const), evidenceKey: fc.constantFrom('e-1', 'e-2') }),
  fc.record({
    type: fc.constant('startGrading' as const),
    gradingSessionId: oneOf(gradingSessionId, 'g-1', 'g-2'),
  }),
  fc.record({
    type: fc.constant('recordScore' as const),
    scoreReportId: oneOf(scoreReportId, 'sr-1', 'sr-2'),
    result: fc.constantFrom('PASS' as const, 'FAIL' as const),
  }),
  fc.record({ type: fc.constant('end' as const), outcome: fc.constantFrom(...OUTCOMES) }),
  fc.record({
    type: fc.constant('pause' as const),
    afterStop: fc.constantFrom('stay' as const, 'restart' as const, 'reset' as const),
  }),
  fc.record({
    type: fc.constant('planPipeline' as const),
    pipeline: pipelines,
    runId: runs,
    plan: fc.constant(plan),
  }),
  fc.record({
    type: fc.constant('recordSteps' as const),
    pipeline: pipelines,
    runId: runs,
    steps: fc.uniqueArray(progress, { minLength: 1, maxLength: 3, selector: ({ name }) => name }),
  }),
  fc.record({
    type: fc.constant('finishPipeline' as const),
    pipeline: pipelines,
    runId: runs,
    status: fc.constantFrom('COMPLETED' as const, 'PARTIAL' as const, 'FAILED' as const),
  }),
  fc.record({ type: fc.constant('retryStep' as const), pipeline: pipelines, step: stepNames }),
);

function simple(): fc.Arbitrary<Wish<SessionCommand>> {
  return fc
    .constantFrom(
      'hold' as const,
      'unhold' as const,
      'startInstantiating' as const,
      'closeUserSession' as const,
      'markReady' as const,
      'markRunning' as const,
      'startCollecting' as const,
      'resume' as const,
      'failInstantiation' as const,
      'loseWorker' as const,
      'markStopped' as const,
      'noteEvent' as const,
      'finish' as const,
    )
    .map((type) => ({ type }));
}

/** A command that would bring the session further from where it is. @param choice which, where there are several */
export function nextWish(state: Session, choice: number): Wish<SessionCommand> {
  const [release] = state.releases;
  switch (state.status) {
    case 'PENDING':
      if (state.proposal) return { type: 'confirmPlacement', placementId: state.proposal.id };
      if (release) return { type: 'recordRelease', placementId: release.placementId };
      if (state.ending) return { type: 'finish' };
      return propose(choice);
    case 'SCHEDULED':
      return state.proposal
        ? { type: 'confirmPlacement', placementId: state.proposal.id }
        : { type: 'startInstantiating' };
    case 'INSTANTIATING':
      if (!state.lab)
        return { type: 'bindLab', lab: { ...lab, workerId: state.placement?.workerId ?? lab.workerId } };
      if (!state.userSession?.open)
        return { type: 'openUserSession', userSessionId: userSessionId.parse('us-1') };
      return choice < 10 ? { type: 'failInstantiation' } : { type: 'markReady' };
    case 'READY':
      return { type: 'markRunning' };
    case 'RUNNING':
      return choice < 30 ? { type: 'pause', afterStop: 'stay' } : { type: 'startCollecting' };
    case 'COLLECTING':
      return { type: 'startGrading', gradingSessionId: gradingSessionId.parse('g-1') };
    case 'GRADING':
      return { type: 'end', outcome: 'completed' };
    case 'STOPPING':
      if (state.lab) return { type: 'unbindLab', labRecordId: state.lab.labRecordId };
      return state.userSession?.open ? { type: 'closeUserSession' } : { type: 'markStopped' };
    case 'STOPPED':
      if (!state.ending) return choice < 50 ? { type: 'resume' } : { type: 'startCollecting' };
      return release ? { type: 'recordRelease', placementId: release.placementId } : { type: 'finish' };
    default:
      return { type: 'finish' };
  }
}

function propose(choice: number): Wish<SessionCommand> {
  return {
    type: 'propose',
    placementId: placementId.parse(`p-${choice}`),
    workerId: workerId.parse(choice < 50 ? 'w-1' : 'w-2'),
    decision,
  };
}
