import { describe, expect, it } from 'vitest';
import { Refusal } from '../domain/refusal.ts';
import type { PipelineRun } from './execute.ts';
import { START, setUp, step, takes } from './pipeline.fixture.ts';
import { StepWaits } from './step-handler.ts';

describe('a run that must stop', () => {
  it('ends with the error of a save that fails, and everything under way with it', async () => {
    const subject = setUp([step('a'), step('b')], { b: (call) => takes(() => subject.clock, 5_000)(call) });
    const { save } = subject.options;
    const failing: PipelineRun<unknown>['save'] = async (steps) => {
      if (steps.some(({ status }) => status === 'COMPLETED'))
        throw new Refusal('unavailable', 'the control plane is away');
      await save(steps);
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
