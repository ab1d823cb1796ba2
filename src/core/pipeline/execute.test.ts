import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { describe, expect, it } from 'vitest';
import {
  type PipelineProgress,
  type StepPlan,
  type StepProgress,
  stepProgress,
} from '../domain/pipeline-progress.ts';
import { Refusal } from '../domain/refusal.ts';
import { advancePipeline, type PipelineRun, runPipeline } from './execute.ts';
import { planPipeline } from './plan.ts';
import { type StepHandler, StepWaits } from './step-handler.ts';

const START = Date.UTC(2026, 0, 1);

function step(name: string, needs: string[] = [], more: Partial<StepPlan> = {}): StepPlan {
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
const jq = (expression: string) => `\${ ${expression} }`;

type Run = StepHandler['run'];

/** A pipeline on virtual time, its persisted progress, and when each step was run. */
function setUp(plan: StepPlan[], behaviour: Record<string, Run | StepHandler> = {}) {
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
    save: async (one) => {
      saved.push(stepProgress.parse(one));
      progress.steps = { ...progress.steps, [one.name]: one };
    },
    clock,
    random: seededRandom(1),
    signal: stop.signal,
  };
  const settle = async <T>(promise: Promise<T>): Promise<T> => {
    let done = false;
    const finish = () => {
      done = true;
    };
    promise.then(finish, finish);
    await clock.until(() => done);
    return promise;
  };
  const run = (more: Partial<PipelineRun<unknown>> = {}) => settle(runPipeline({ ...options, ...more }));
  const advance = (more: Partial<PipelineRun<unknown>> = {}) =>
    settle(advancePipeline({ ...options, ...more }));
  const statuses = () =>
    Object.fromEntries(plan.map(({ name }) => [name, progress.steps[name]?.status ?? 'PENDING']));
  return { clock, progress, began, saved, stop, options, run, advance, statuses };
}

const takes =
  (clock: () => VirtualClock, ms: number): Run =>
  async ({ signal }) =>
    clock().sleep(ms, signal);
const fails =
  (message: string): Run =>
  async () => {
    throw new Error(message);
  };

describe('a pipeline', () => {
  it('runs each step after its needs, and what is independent side by side', async () => {
    const slow: Run = (call) => takes(() => subject.clock, 1_000)(call);
    const subject = setUp([step('a'), step('b'), step('c', ['a', 'b']), step('d', ['c'])], {
      a: slow,
      b: slow,
    });
    expect(await subject.run()).toBe('COMPLETED');
    expect(subject.began).toEqual(['a 0', 'b 0', 'c 1000', 'd 1000']);
  });

  it('hands the output of steps to those that come later', async () => {
    const { run, progress } = setUp([step('a'), step('b', ['a'])], {
      a: async () => ({ labId: 'l-1' }),
      b: async ({ outputs, params }) => ({ seen: outputs['a']?.['labId'], params }),
    });
    await run();
    expect(progress.steps['b']?.output).toEqual({ seen: 'l-1', params: {} });
  });

  it('saves each step before it begins and after it ended', async () => {
    const { run, saved } = setUp([step('a')], { a: async () => ({ n: 1 }) });
    await run();
    const at = new Date(START).toISOString();
    expect(saved).toEqual([
      { name: 'a', status: 'RUNNING', attempts: 1, startedAt: at },
      { name: 'a', status: 'COMPLETED', attempts: 1, startedAt: at, endedAt: at, output: { n: 1 } },
    ]);
  });

  it('is completed at once where it has no steps', async () => {
    expect(await setUp([]).run()).toBe('COMPLETED');
  });

  it('does nothing more once it has ended', async () => {
    const { run, began, progress } = setUp([step('a')]);
    progress.status = 'FAILED';
    progress.steps['a'] = { name: 'a', status: 'FAILED', attempts: 3, message: 'no' };
    expect(await run()).toBe('FAILED');
    expect(began).toEqual([]);
  });
});

describe('a step that fails', () => {
  it('is tried again with doubled delays, a minute at most, as often as its plan says', async () => {
    const { run, began, progress } = setUp([step('a', [], { retry: { maxAttempts: 10, delaySeconds: 1 } })], {
      a: fails('no luck'),
    });
    expect(await run()).toBe('FAILED');
    const times = began.map((line) => Number(line.split(' ')[1]));
    expect(times).toHaveLength(10);
    times.slice(1).forEach((time, index) => {
      const fullMs = Math.min(60_000, 1_000 * 2 ** index);
      expect(time - (times[index] ?? 0)).toBeGreaterThanOrEqual(fullMs * 0.8 - 1);
      expect(time - (times[index] ?? 0)).toBeLessThanOrEqual(fullMs);
    });
    expect(progress.steps['a']).toMatchObject({ status: 'FAILED', attempts: 10, message: 'no luck' });
  });

  it('may succeed later, and says meanwhile why it is tried again and when', async () => {
    let tries = 0;
    const { run, saved } = setUp([step('a')], {
      a: async () => {
        tries += 1;
        if (tries < 3) throw new Refusal('unavailable', `CML does not answer (${tries})`);
      },
    });
    expect(await run()).toBe('COMPLETED');
    expect(saved[1]).toMatchObject({
      status: 'PENDING',
      attempts: 1,
      message: 'attempt 1 of 3: CML does not answer (1)',
    });
    expect(Date.parse(saved[1]?.againAt ?? '')).toBeGreaterThan(START);
    expect(saved.at(-1)).toMatchObject({ status: 'COMPLETED', attempts: 3 });
    expect(saved.at(-1)?.message).toBeUndefined();
  });

  it.each(['rule', 'invalid', 'forbidden'] as const)(
    'is not tried again when it is refused as %s',
    async (code) => {
      const { run, began } = setUp([step('a')], {
        a: async () => {
          throw new Refusal(code, 'will never do');
        },
      });
      expect(await run()).toBe('FAILED');
      expect(began).toHaveLength(1);
    },
  );

  it('keeps what depends on it pending, while the others finish', async () => {
    const { run, statuses } = setUp(
      [step('a'), step('b', ['a']), step('c', ['b']), step('d'), step('e', ['d'])],
      { a: fails('no') },
    );
    expect(await run()).toBe('FAILED');
    expect(statuses()).toEqual({
      a: 'FAILED',
      b: 'PENDING',
      c: 'PENDING',
      d: 'COMPLETED',
      e: 'COMPLETED',
    });
  });

  it('leaves the pipeline partial where it is optional, and holds nothing up', async () => {
    const { run, statuses } = setUp([step('a', [], { optional: true }), step('b', ['a'])], {
      a: fails('no'),
    });
    expect(await run()).toBe('PARTIAL');
    expect(statuses()).toEqual({ a: 'FAILED', b: 'COMPLETED' });
  });

  it('is named in the answer', async () => {
    const { advance } = setUp([step('a', [], { retry: { maxAttempts: 1, delaySeconds: 0 } })], {
      a: fails('no disk'),
    });
    expect(await advance()).toEqual({ status: 'FAILED', step: 'a', message: 'no disk' });
  });

  it('fails for want of a handler, a need or an evaluator instead of being passed over', async () => {
    const unknown = setUp([step('a')]);
    expect(await unknown.advance({ handlers: {} })).toMatchObject({
      status: 'FAILED',
      message: /no handler a/,
    });
    const stuck = setUp([step('a', ['nowhere'])]);
    expect(await stuck.advance()).toMatchObject({ status: 'FAILED', step: 'a', message: /can never begin/ });
    const unevaluated = setUp([step('a', [], { skipWhen: jq('true') })]);
    expect(await unevaluated.advance()).toMatchObject({
      status: 'FAILED',
      message: /nothing here evaluates/,
    });
  });
});

describe('the time-out of an attempt', () => {
  const limited = { timeoutSeconds: 5, retry: { maxAttempts: 2, delaySeconds: 1 } };

  it('aborts it, and counts as a failure', async () => {
    const subject = setUp([step('a', [], limited)], {
      a: (call) => takes(() => subject.clock, 60_000)(call),
    });
    expect(await subject.run()).toBe('FAILED');
    expect(subject.progress.steps['a']).toMatchObject({ attempts: 2, message: 'timed out after 5 s' });
    expect(subject.clock.monotonic()).toBeLessThanOrEqual(11_000);
  });

  it('does not wait for a handler that will not listen', async () => {
    const { run, clock } = setUp([step('a', [], limited)], { a: () => new Promise(() => undefined) });
    expect(await run()).toBe('FAILED');
    expect(clock.monotonic()).toBeLessThanOrEqual(21_000);
  });

  it('takes what a handler got done while it was being aborted', async () => {
    const { run, progress } = setUp([step('a', [], limited)], {
      a: ({ signal }) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve({ saved: true }))),
    });
    expect(await run()).toBe('COMPLETED');
    expect(progress.steps['a']?.output).toEqual({ saved: true });
  });
});

describe('a step that waits', () => {
  const boots = (nodes: number, everyMs = 1_000): Run => {
    let looks = 0;
    return async () => {
      looks += 1;
      if (looks < nodes) throw new StepWaits(`${looks} of ${nodes} nodes booted`, everyMs);
      return { booted: nodes };
    };
  };

  it('is looked at again and again within one attempt', async () => {
    const { run, progress, clock } = setUp([step('a')], { a: boots(5) });
    expect(await run()).toBe('COMPLETED');
    expect(progress.steps['a']).toMatchObject({ attempts: 1, output: { booted: 5 } });
    expect(clock.monotonic()).toBe(4_000);
  });

  it('says what it waits for, and saves it only when that changes', async () => {
    let looks = 0;
    const { run, saved } = setUp([step('a')], {
      a: async () => {
        looks += 1;
        if (looks < 6) throw new StepWaits(looks < 3 ? 'queued' : 'booting', 1_000);
      },
    });
    await run();
    expect(saved.map(({ status, message }) => `${status} ${message}`)).toEqual([
      'RUNNING undefined',
      'RUNNING queued',
      'RUNNING booting',
      'COMPLETED undefined',
    ]);
  });

  it('fails its attempt at the time-out, with what it waited for', async () => {
    const { run, progress, began } = setUp(
      [step('a', [], { timeoutSeconds: 5, retry: { maxAttempts: 1, delaySeconds: 0 } })],
      { a: boots(100, 1_500) },
    );
    expect(await run()).toBe('FAILED');
    expect(progress.steps['a']?.message).toMatch(/timed out after 5 s: \d of 100 nodes booted/);
    expect(began.at(-1)).toBe('a 5000');
  });

  it('keeps no other step waiting', async () => {
    const { run, began } = setUp([step('a'), step('b'), step('c', ['b'])], { a: boots(5) });
    await run();
    expect(began.filter((line) => !line.startsWith('a'))).toEqual(['b 0', 'c 0']);
  });

  it('sends a reconcile away with the time to come again', async () => {
    const { advance, clock, began } = setUp([step('a'), step('b')], { a: boots(3, 4_000) });
    expect(await advance()).toEqual({
      status: 'WAITING',
      againInMs: 4_000,
      message: 'a: 1 of 3 nodes booted',
    });
    expect(began).toEqual(['a 0', 'b 0']);
    expect(await advance()).toMatchObject({ status: 'WAITING', againInMs: 4_000 });
    expect(began).toHaveLength(2);
    await clock.advance(4_000);
    expect(await advance()).toMatchObject({ message: 'a: 2 of 3 nodes booted' });
    await clock.advance(4_000);
    expect(await advance()).toEqual({ status: 'COMPLETED' });
    expect(began).toEqual(['a 0', 'b 0', 'a 4000', 'a 8000']);
  });
});

describe('a step with nothing to do', () => {
  it('is skipped by its handler, which says why, and counts as done', async () => {
    const { run, progress, began } = setUp([step('a'), step('b', ['a'])], {
      a: { run: async () => undefined, skip: () => 'the definition has no ports' },
    });
    expect(await run()).toBe('COMPLETED');
    expect(progress.steps['a']).toMatchObject({ status: 'SKIPPED', message: 'the definition has no ports' });
    expect(began).toEqual(['b 0']);
  });

  it('is skipped where the expression of its plan is true', async () => {
    const skipWhen = jq('.steps.a.ports == 0 and .session.open');
    const { run, statuses } = setUp(
      [step('a'), step('b', ['a'], { skipWhen }), step('c', ['a'], { skipWhen: jq('false') })],
      {
        a: async () => ({ ports: 0 }),
      },
    );
    const seen: unknown[] = [];
    const expressions = {
      evaluate: async (expression: string, scope: unknown) => {
        seen.push([expression, scope]);
        return expression !== 'false';
      },
    };
    expect(await run({ expressions, scope: { session: { open: true } } })).toBe('COMPLETED');
    expect(statuses()).toEqual({ a: 'COMPLETED', b: 'SKIPPED', c: 'COMPLETED' });
    expect(seen[0]).toEqual([
      '.steps.a.ports == 0 and .session.open',
      { session: { open: true }, steps: { a: { ports: 0 } } },
    ]);
  });

  it('fails where the expression does', async () => {
    const bad = setUp([step('a', [], { skipWhen: 'true' })]);
    const expressions = { evaluate: async () => 'perhaps' };
    expect(await bad.advance({ expressions })).toMatchObject({ message: /not an expression in/ });
    const odd = setUp([step('a', [], { skipWhen: jq('.x') })]);
    expect(await odd.advance({ expressions })).toMatchObject({ message: /gives "perhaps"/ });
    const trouble = setUp([step('a')], {
      a: { run: async () => undefined, skip: () => Promise.reject(new Error('oh')) },
    });
    expect(await trouble.run()).toBe('FAILED');
    expect(trouble.began).toEqual([]);
    expect(trouble.progress.steps['a']).toMatchObject({ attempts: 3, message: 'oh' });
  });
});

describe('a run that must stop', () => {
  it('ends with the error of a save that fails, and everything under way with it', async () => {
    const subject = setUp([step('a'), step('b')], { b: (call) => takes(() => subject.clock, 5_000)(call) });
    const { save } = subject.options;
    const failing: PipelineRun<unknown>['save'] = async (one) => {
      if (one.status === 'COMPLETED') throw new Refusal('unavailable', 'the control plane is away');
      await save(one);
    };
    await expect(subject.run({ save: failing })).rejects.toThrow('the control plane is away');
    expect(subject.clock.monotonic()).toBe(0);
    expect(subject.statuses()).toEqual({ a: 'RUNNING', b: 'RUNNING' });
  });

  it('ends as soon as it is aborted, leaving its steps to be taken up again', async () => {
    const subject = setUp([step('a'), step('b', ['a'])], {
      a: (call) => takes(() => subject.clock, 5_000)(call),
    });
    subject.clock.after(1_000, () => subject.stop.abort(new Error('the partition is lost')));
    await expect(subject.run()).rejects.toThrow('the partition is lost');
    expect(subject.clock.monotonic()).toBe(1_000);
    expect(subject.progress.steps['a']).toMatchObject({ status: 'RUNNING', attempts: 1 });
    expect(subject.progress.steps['b']).toBeUndefined();
  });

  it('lets what is under way come to its end first, so that whoever goes on with it is alone', async () => {
    let tidy = false;
    const subject = setUp([step('a'), step('quick')], {
      a: async ({ signal }) => {
        await subject.clock.sleep(60_000, signal).catch(() => undefined);
        await subject.clock.sleep(2_000);
        tidy = true;
      },
      quick: (call) => takes(() => subject.clock, 60_000)(call),
    });
    subject.clock.after(1_000, () => subject.stop.abort(new Error('stop')));
    await expect(subject.run()).rejects.toThrow('stop');
    expect(tidy).toBe(true);
    expect(subject.statuses()).toEqual({ a: 'RUNNING', quick: 'RUNNING' });
  });

  it('ends when a step learns that another has the partition', async () => {
    const { run, statuses } = setUp([step('a')], {
      a: async () => {
        throw new Refusal('staleFence', 'held under a later token');
      },
    });
    await expect(run()).rejects.toMatchObject({ code: 'staleFence' });
    expect(statuses()).toEqual({ a: 'RUNNING' });
  });

  it('does not even begin when it is aborted already', async () => {
    const { run, stop, began } = setUp([step('a')]);
    stop.abort(new Error('too late'));
    await expect(run()).rejects.toThrow('too late');
    expect(began).toEqual([]);
  });
});

describe('a run that is taken up again', () => {
  it('runs what was under way again, as the same attempt, and nothing that was done', async () => {
    const { run, began, progress } = setUp([step('a'), step('b'), step('c'), step('d', ['a', 'b', 'c'])], {
      d: async ({ outputs, attempt }) => ({ outputs, attempt }),
    });
    progress.steps = {
      a: { name: 'a', status: 'COMPLETED', attempts: 1, output: { kept: 1 } },
      b: { name: 'b', status: 'SKIPPED', attempts: 0, message: 'why not' },
      c: { name: 'c', status: 'RUNNING', attempts: 2, startedAt: new Date(START - 1_000).toISOString() },
    };
    expect(await run()).toBe('COMPLETED');
    expect(began).toEqual(['c 0', 'd 0']);
    expect(progress.steps['c']).toMatchObject({ status: 'COMPLETED', attempts: 2 });
    expect(progress.steps['d']?.output).toEqual({ outputs: { a: { kept: 1 }, c: {} }, attempt: 1 });
  });

  it('gives a step that waited too long one look before its attempt counts as failed', async () => {
    const long = {
      name: 'a',
      status: 'RUNNING' as const,
      attempts: 1,
      startedAt: new Date(START - 3_600_000).toISOString(),
      message: '1 of 2 nodes booted',
      againAt: new Date(START - 3_590_000).toISOString(),
    };
    const done = setUp([step('a')]);
    done.progress.steps['a'] = long;
    expect(await done.run()).toBe('COMPLETED');
    expect(done.progress.steps['a']).toMatchObject({ attempts: 1 });

    let looks = 0;
    const late = setUp([step('a')], {
      a: async () => {
        looks += 1;
        if (looks === 1) throw new StepWaits('not yet', 1_000);
      },
    });
    late.progress.steps['a'] = long;
    expect(await late.run()).toBe('COMPLETED');
    expect(late.progress.steps['a']).toMatchObject({ attempts: 2 });
  });

  it('gives an attempt that was cut off all its time again', async () => {
    const subject = setUp(
      [step('a', [], { timeoutSeconds: 100, retry: { maxAttempts: 1, delaySeconds: 0 } })],
      {
        a: (call) => takes(() => subject.clock, 99_000)(call),
      },
    );
    const startedAt = new Date(START - 3_600_000).toISOString();
    subject.progress.steps['a'] = { name: 'a', status: 'RUNNING', attempts: 1, startedAt };
    expect(await subject.run()).toBe('COMPLETED');
  });

  it('keeps to the delay before the next attempt', async () => {
    const { run, began, progress } = setUp([step('a')]);
    const againAt = new Date(START + 700).toISOString();
    progress.steps['a'] = {
      name: 'a',
      status: 'PENDING',
      attempts: 1,
      message: 'attempt 1 of 3: no',
      againAt,
    };
    expect(await run()).toBe('COMPLETED');
    expect(began).toEqual(['a 700']);
    expect(progress.steps['a']).toMatchObject({ attempts: 2 });
  });
});

describe('the overhead of the executor', () => {
  it('is small: nine steps that do nothing take a few milliseconds', async () => {
    const samples: number[] = [];
    for (let turn = 0; turn < 30; turn++) {
      const { options } = setUp(planPipeline('instantiate'));
      const began = process.hrtime.bigint();
      await runPipeline(options);
      samples.push(Number(process.hrtime.bigint() - began) / 1e6);
    }
    expect(samples.toSorted((a, b) => a - b)[15]).toBeLessThan(5);
  });
});
