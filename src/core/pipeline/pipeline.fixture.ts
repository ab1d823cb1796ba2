import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import {
  type PipelineProgress,
  type StepPlan,
  type StepProgress,
  stepProgress,
} from '../domain/pipeline-progress.ts';
import { advancePipeline, type PipelineRun, runPipeline } from './execute.ts';
import type { StepHandler } from './step-handler.ts';

export const START = Date.UTC(2026, 0, 1);

export function step(name: string, needs: string[] = [], more: Partial<StepPlan> = {}): StepPlan {
  return {
    name,
    handler: name,
    needs,
    optional: false,
    timeoutSeconds: 10,
    retry: { maxAttempts: 3, delaySeconds: 1 },
    params: {},
    ...more,
  };
}

/** An expression as a definition writes it. */
export const jq = (expression: string) => `\${ ${expression} }`;

export type Run = StepHandler['run'];

/** A pipeline on virtual time, its persisted progress, and when each step was run. */
export function setUp(plan: StepPlan[], behaviour: Record<string, Run | StepHandler> = {}) {
  const clock = new VirtualClock(START);
  const progress: PipelineProgress = {
    name: 'instantiate',
    runId: 'run-1',
    run: 1,
    status: 'RUNNING',
    startedAt: new Date(START).toISOString(),
    plan,
    steps: {},
  };
  const began: string[] = [];
  const saved: StepProgress[] = [];
  const commits: string[][] = [];
  const handlers: Record<string, StepHandler> = {};
  for (const { handler } of plan) {
    const does = behaviour[handler] ?? (async () => undefined);
    const run = typeof does === 'function' ? does : does.run;
    handlers[handler] = {
      ...(typeof does === 'function' ? {} : does),
      run: (call) => {
        began.push(`${call.step.name} ${clock.monotonic()}`);
        return run(call);
      },
    };
  }
  const stop = new AbortController();
  const options: PipelineRun<unknown> = {
    progress,
    handlers,
    context: undefined,
    save: async (steps) => {
      commits.push(steps.map(({ name, status }) => `${name} ${status}`));
      for (const one of steps) {
        saved.push(stepProgress.parse(one));
        progress.steps = { ...progress.steps, [one.name]: one };
      }
    },
    clock,
    random: seededRandom(1),
    signal: stop.signal,
  };
  const run = (more: Partial<PipelineRun<unknown>> = {}) =>
    settle(clock, runPipeline({ ...options, ...more }));
  const advance = (more: Partial<PipelineRun<unknown>> = {}) =>
    settle(clock, advancePipeline({ ...options, ...more }));
  const statuses = () =>
    Object.fromEntries(plan.map(({ name }) => [name, progress.steps[name]?.status ?? 'PENDING']));
  return { clock, progress, began, saved, commits, stop, options, run, advance, statuses };
}

/** Moves time forward until the promise has an outcome, and gives that. */
export async function settle<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  let done = false;
  const finish = () => {
    done = true;
  };
  promise.then(finish, finish);
  await clock.until(() => done);
  return promise;
}

export const takes =
  (clock: () => VirtualClock, ms: number): Run =>
  async ({ signal }) =>
    clock().sleep(ms, signal);
export const fails =
  (message: string): Run =>
  async () => {
    throw new Error(message);
  };
