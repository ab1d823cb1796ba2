import { describe, expect, it } from 'vitest';
import { Refusal } from '../domain/refusal.ts';
import { runPipeline } from './execute.ts';
import { fails, jq, type Run, START, setUp, step, takes } from './pipeline.fixture.ts';
import { planPipeline } from './plan.ts';

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

  it('saves the end of a step and the beginning of what needs it in one commit', async () => {
    const { run, commits, began } = setUp([
      step('a'),
      step('b', ['a']),
      step('c', ['a']),
      step('d', ['b', 'c']),
    ]);
    expect(await run()).toBe('COMPLETED');
    expect(commits).toEqual([
      ['a RUNNING'],
      ['a COMPLETED', 'b RUNNING', 'c RUNNING'],
      ['b COMPLETED', 'c COMPLETED', 'd RUNNING'],
      ['d COMPLETED'],
    ]);
    expect(began).toEqual(['a 0', 'b 0', 'c 0', 'd 0']);
  });

  it('begins no step with another that it may yet have to skip', async () => {
    const { run, commits, began } = setUp([step('a'), step('b', ['a']), step('c', ['b'])], {
      b: { run: async () => undefined, skip: () => 'nothing to do' },
    });
    expect(await run()).toBe('COMPLETED');
    expect(commits).toEqual([['a RUNNING'], ['a COMPLETED'], ['b SKIPPED', 'c RUNNING'], ['c COMPLETED']]);
    expect(began).toEqual(['a 0', 'c 0']);
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
