import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { T0 } from './scenario.fixture.ts';
import { iso } from './time.ts';
import { checkWalks } from './walk.fixture.ts';
import { attempt, conditionInput, request } from './worker.fixture.ts';
import { mayHaveInstance, WORKER_TRANSITIONS, type WorkerCommand } from './worker.ts';
import { workerDecider } from './worker-decider.ts';
import { CONDITIONS, holds, WORKER_STATUSES, type Worker, worker } from './worker-state.ts';

const by = 'tester';
const simple = fc.constantFrom(
  'instanceRunning' as const,
  'becomeReady' as const,
  'loseCml' as const,
  'drain' as const,
  'undrain' as const,
  'stop' as const,
  'markStopped' as const,
  'start' as const,
  'fail' as const,
  'retry' as const,
  'terminate' as const,
  'markTerminated' as const,
  'pauseReconcile' as const,
  'resumeReconcile' as const,
);
const moments = fc.nat(5).map((hours) => iso(T0 + hours * 3_600_000));
const observation = fc.constantFrom(
  {},
  { labs: { total: 1, running: 1 } },
  { instance: { state: 'running', launchedAt: iso(T0) } },
  { instance: { state: 'stopped' } },
  { lastActivityAt: iso(T0) },
);
const commands: fc.Arbitrary<WorkerCommand> = fc.oneof(
  { weight: 8, arbitrary: simple.map((type) => ({ type, by })) },
  fc.record({ type: fc.constant('plan' as const), provisionAt: moments, by: fc.constant(by) }),
  fc.record({ type: fc.constant('snooze' as const), until: moments, by: fc.constant(by) }),
  fc.record({
    type: fc.constant('requestInstance' as const),
    attempt: fc.integer({ min: 1, max: 4 }).map(attempt),
    by: fc.constant(by),
  }),
  fc.record({
    type: fc.constant('recordInstance' as const),
    instanceId: fc.constantFrom('i-1', 'i-2'),
    by: fc.constant(by),
  }),
  fc.record({ type: fc.constant('observe' as const), observation, by: fc.constant(by) }),
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('setCondition' as const),
      condition: fc
        .tuple(fc.constantFrom(...CONDITIONS), fc.constantFrom('True' as const, 'False' as const))
        .map(([type, status]) => conditionInput(type, status)),
      by: fc.constant(by),
    }),
  },
);

/** What would bring the worker further from where it is. */
function next(state: Worker, choice: number): WorkerCommand {
  switch (state.status) {
    case 'PENDING':
      return { type: 'requestInstance', attempt: attempt(state.attempts + 1), by };
    case 'PROVISIONING':
      return { type: 'instanceRunning', by };
    case 'STARTING':
      for (const type of ['CmlReady', 'Licensed'] as const)
        if (!holds(state, type)) return { type: 'setCondition', condition: conditionInput(type), by };
      return { type: 'becomeReady', by };
    case 'RUNNING':
      return { type: choice < 50 ? 'drain' : 'loseCml', by };
    case 'DRAINING':
      return { type: 'stop', by };
    case 'STOPPING':
      return { type: 'markStopped', by };
    case 'STOPPED':
      return { type: choice < 80 ? 'start' : 'terminate', by };
    case 'FAILED':
      if (mayHaveInstance(state))
        return { type: 'setCondition', condition: conditionInput('InstanceTerminated'), by };
      return { type: choice < 80 ? 'retry' : 'terminate', by };
    default:
      return { type: 'markTerminated', by };
  }
}

describe('a worker, whatever is asked of it', () => {
  it('moves along its table and stays what its schema says', () => {
    const seen = checkWalks({
      decider: workerDecider,
      schema: worker,
      first: { ...request, by },
      commands,
      next,
      machine: { table: WORKER_TRANSITIONS, statusOf: (state) => state.status },
      always: checkWorker,
      steps: 80,
    });
    expect([...seen].sort()).toEqual([...WORKER_STATUSES].sort());
  });
});

function checkWorker(state: Worker): void {
  const { history, status, conditions } = state;
  expect(history.slice(1).map((step) => step.from)).toEqual(history.slice(0, -1).map((step) => step.to));
  expect(history.at(-1)?.to).toBe(status);
  const types = conditions.map((one) => one.type);
  expect(new Set(types).size).toBe(types.length);
}
