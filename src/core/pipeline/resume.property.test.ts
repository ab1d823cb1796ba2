import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PipelineProgress, StepPlan, StepProgress } from '../domain/pipeline-progress.ts';
import { Refusal } from '../domain/refusal.ts';
import { advancePipeline, type PipelineRun, runPipeline } from './execute.ts';
import { settle } from './pipeline.fixture.ts';
import { type StepHandler, StepWaits } from './step-handler.ts';

/** How an attempt goes, whoever makes it and however often it is cut off. */
type Fate = 'works' | 'worksSlowly' | 'isReadyLater' | 'throws' | 'isRefused' | 'hangs' | 'waitsForEver';

interface Scenario {
  plan: StepPlan[];
  /** By step, then by attempt; the last one holds for all further attempts. */
  fates: Record<string, Fate[]>;
  skipped: Record<string, boolean>;
}

/** Where a run is cut off: at its nth save, before or after that is kept, or after a time. */
type Crash = { atSave: number; kept: boolean } | { afterMs: number };

const TIMEOUT_SECONDS = 10;

const scenario: fc.Arbitrary<Scenario> = fc.integer({ min: 1, max: 8 }).chain((size) => {
  const names = Array.from({ length: size }, (_, index) => `s${index}`);
  const fate = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom<Fate>('works', 'worksSlowly', 'isReadyLater') },
    { weight: 4, arbitrary: fc.constantFrom<Fate>('throws', 'hangs', 'waitsForEver') },
    { weight: 1, arbitrary: fc.constant<Fate>('isRefused') },
  );
  const step = fc.record({
    needs: fc.array(fc.nat(size - 1), { maxLength: 3 }),
    optional: fc.boolean(),
    maxAttempts: fc.integer({ min: 1, max: 3 }),
    fates: fc.array(fate, { minLength: 1, maxLength: 3 }),
    skipped: fc.oneof(
      { weight: 5, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
  });
  return fc.array(step, { minLength: size, maxLength: size }).map((steps) => ({
    plan: steps.map(({ needs, optional, maxAttempts }, index) => ({
      name: `s${index}`,
      handler: `s${index}`,
      needs: [...new Set(needs.filter((need) => need < index).map((need) => `s${need}`))],
      optional,
      timeoutSeconds: TIMEOUT_SECONDS,
      retry: { maxAttempts, delaySeconds: 1 },
      params: {},
    })),
    fates: Object.fromEntries(steps.map(({ fates }, index) => [names[index], fates])),
    skipped: Object.fromEntries(steps.map(({ skipped }, index) => [names[index], skipped])),
  }));
});

const crash: fc.Arbitrary<Crash> = fc.oneof(
  fc.record({ atSave: fc.integer({ min: 1, max: 30 }), kept: fc.boolean() }),
  fc.record({ afterMs: fc.integer({ min: 0, max: 30_000 }) }),
);

describe('a pipeline that is cut off and taken up again', () => {
  it('ends as it would have ended, does every step at least once and none before its needs', async () => {
    await fc.assert(
      fc.asyncProperty(
        scenario,
        fc.array(crash, { maxLength: 6 }),
        fc.integer({ min: 0, max: 90_000 }),
        fc.boolean(),
        async (given, crashes, downMs, stepwise) => {
          const undisturbed = await play(given, [], 0, false);
          expect(undisturbed.status).toBe(modelOf(given));
          const disturbed = await play(given, crashes, downMs, stepwise);
          expect(disturbed.status).toBe(undisturbed.status);
          expect(disturbed.standing).toEqual(undisturbed.standing);
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** Runs the scenario to its end, through all crashes, checking at every step what must hold always. */
async function play(given: Scenario, crashes: readonly Crash[], downMs: number, stepwise: boolean) {
  const clock = new VirtualClock();
  const world = worldOf(given, clock);
  let progress: PipelineProgress = {
    name: 'instantiate',
    runId: 'run-1',
    run: 1,
    status: 'RUNNING',
    startedAt: new Date(clock.now()).toISOString(),
    plan: given.plan,
    steps: {},
  };
  const persist = (step: StepProgress) => {
    progress = { ...progress, steps: { ...progress.steps, [step.name]: step } };
  };
  const statusOf = (name: string) => progress.steps[name]?.status ?? 'PENDING';

  const left = [...crashes];
  for (let life = 0; ; life++) {
    const fate = left.shift();
    const stop = new AbortController();
    const crashed = new Error('the process is gone');
    if (fate && 'afterMs' in fate) clock.after(fate.afterMs, () => stop.abort(crashed));
    let saves = 0;
    const run: PipelineRun<unknown> = {
      progress,
      handlers: world.handlers((step) => {
        for (const need of step.needs) {
          const optional = given.plan.find(({ name }) => name === need)?.optional ?? false;
          const status = statusOf(need);
          const met = status === 'COMPLETED' || status === 'SKIPPED' || (optional && status === 'FAILED');
          expect(met, `${step.name} began while ${need} was ${status}`).toBe(true);
        }
      }),
      context: undefined,
      save: async (steps) => {
        saves += 1;
        const crashesNow = fate && 'atSave' in fate && saves === fate.atSave;
        if (crashesNow && !fate.kept) throw crashed;
        // What is not kept yet must not count yet.
        await clock.sleep(20);
        for (const { name, status } of steps)
          if (status === 'COMPLETED') expect(world.effects.get(name) ?? 0).toBeGreaterThan(0);
        steps.forEach(persist);
        if (crashesNow) throw crashed;
      },
      clock,
      random: seededRandom(life),
      signal: stop.signal,
    };
    const status = await settle(clock, stepwise ? stepByStep(run, () => progress) : runPipeline(run)).catch(
      (error: unknown) => {
        if (error !== crashed) throw error;
      },
    );
    if (status) {
      for (const { name } of given.plan) {
        const done = world.effects.get(name) ?? 0;
        if (statusOf(name) === 'COMPLETED') expect(done).toBeGreaterThan(0);
        if (statusOf(name) === 'SKIPPED' || statusOf(name) === 'PENDING') expect(done).toBe(0);
      }
      const standing = given.plan.map(
        ({ name }) => `${name} ${statusOf(name)} ${progress.steps[name]?.attempts ?? 0}`,
      );
      return { status, standing };
    }
    await clock.advance(downMs);
  }
}

/** As a reconcile does it: each time from what is persisted. */
async function stepByStep(run: PipelineRun<unknown>, persisted: () => PipelineProgress) {
  while (true) {
    const advance = await advancePipeline({ ...run, progress: persisted() });
    if (advance.status !== 'WAITING') return advance.status;
    await run.clock.sleep(advance.againInMs, run.signal);
  }
}

/** What the steps act on: it survives every crash. */
function worldOf({ plan, fates, skipped }: Scenario, clock: VirtualClock) {
  const effects = new Map<string, number>();
  const firstLooks = new Map<string, number>();
  const underWay = new Set<string>();

  const act = async (step: StepPlan, attempt: number, signal: AbortSignal) => {
    const take = fates[step.name] ?? [];
    const fate = take[attempt - 1] ?? take.at(-1);
    const look = `${step.name}/${attempt}`;
    const begunAt = firstLooks.get(look) ?? clock.now();
    firstLooks.set(look, begunAt);
    if (fate === 'throws') throw new Error('no luck');
    if (fate === 'isRefused') throw new Refusal('rule', 'never');
    if (fate === 'hangs') await clock.sleep(3_600_000, signal);
    if (fate === 'waitsForEver') throw new StepWaits('not yet', 3_000);
    const seconds = Math.floor((clock.now() - begunAt) / 1_000);
    if (fate === 'isReadyLater' && seconds < 5) throw new StepWaits(`${seconds} s of 5 s`, 2_000);
    if (fate === 'worksSlowly') await clock.sleep(4_000, signal);
    effects.set(step.name, (effects.get(step.name) ?? 0) + 1);
  };

  const handlers = (check: (step: StepPlan) => void): Record<string, StepHandler> =>
    Object.fromEntries(
      plan.map(({ name }) => [
        name,
        {
          skip: () => (skipped[name] ? 'nothing to do' : undefined),
          run: async ({ step, attempt, signal }) => {
            check(step);
            expect(underWay.has(name), `${name} runs twice at a time`).toBe(false);
            underWay.add(name);
            await act(step, attempt, signal).finally(() => underWay.delete(name));
          },
        },
      ]),
    );
  return { effects, handlers };
}

/** The end of a scenario, reckoned without running it. */
function modelOf({ plan, fates, skipped }: Scenario): 'COMPLETED' | 'PARTIAL' | 'FAILED' {
  const ends = new Map<string, 'done' | 'failed' | 'never'>();
  for (const { name, needs, retry } of plan) {
    const met = needs.every((need) => {
      const optional = plan.find((step) => step.name === need)?.optional ?? false;
      return ends.get(need) === 'done' || (optional && ends.get(need) === 'failed');
    });
    if (!met) ends.set(name, 'never');
    else if (skipped[name]) ends.set(name, 'done');
    else ends.set(name, endOf(fates[name] ?? [], retry.maxAttempts));
  }
  const failed = plan.filter(({ name }) => ends.get(name) === 'failed');
  if (failed.some(({ optional }) => !optional)) return 'FAILED';
  return failed.length > 0 ? 'PARTIAL' : 'COMPLETED';
}

function endOf(fates: readonly Fate[], maxAttempts: number): 'done' | 'failed' {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const fate = fates[attempt] ?? fates.at(-1);
    if (fate?.startsWith('works') || fate === 'isReadyLater') return 'done';
    if (fate === 'isRefused') return 'failed';
  }
  return 'failed';
}
