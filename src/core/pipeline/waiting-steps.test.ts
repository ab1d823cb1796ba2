import { describe, expect, it } from 'vitest';
import { Refusal } from '../domain/refusal.ts';
import { type Run, setUp, step } from './pipeline.fixture.ts';
import { StepWaits } from './step-handler.ts';

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

  it('is looked at as often as suits the time that its attempt has taken', async () => {
    const looks: number[] = [];
    const { run, clock } = setUp([step('a', [], { timeoutSeconds: 60 })], {
      a: async () => {
        looks.push(clock.monotonic());
        if (clock.monotonic() < 20_000) throw new StepWaits('booting', { atMostMs: 2_000 });
      },
    });
    expect(await run()).toBe('COMPLETED');
    expect(looks.slice(0, 8)).toEqual([0, 50, 100, 150, 200, 250, 300, 360]);
    expect(looks.slice(-3).map((at, index, all) => at - (all[index - 1] ?? at))).toEqual([0, 2_000, 2_000]);
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

  it('loses no attempt by a peer that does not answer while it waits', async () => {
    let looks = 0;
    const { run, progress, clock } = setUp(
      [step('a', [], { timeoutSeconds: 60, retry: { maxAttempts: 1, delaySeconds: 0 } })],
      {
        a: async () => {
          looks += 1;
          if (looks === 1) throw new StepWaits('booting', 10_000);
          if (looks < 4) throw new Refusal('unavailable', 'CML cannot be reached');
        },
      },
    );
    expect(await run()).toBe('COMPLETED');
    expect(progress.steps['a']).toMatchObject({ attempts: 1 });
    expect(clock.monotonic()).toBe(10_000 + 2_000 + 2_400);
  });

  it('fails its attempt by a peer that does not answer until its time is up, or not even at first', async () => {
    const once = { timeoutSeconds: 60, retry: { maxAttempts: 1, delaySeconds: 0 } };
    let looks = 0;
    const { run, progress } = setUp([step('a', [], once), step('b', [], once)], {
      a: async () => {
        looks += 1;
        if (looks === 1) throw new StepWaits('booting', 10_000);
        throw new Refusal('unavailable', 'CML cannot be reached');
      },
      b: async () => {
        throw new Refusal('unavailable', 'LDS cannot be reached');
      },
    });
    expect(await run()).toBe('FAILED');
    expect(progress.steps['a']?.message).toBe('timed out after 60 s: CML cannot be reached');
    expect(progress.steps['b']).toMatchObject({
      message: 'LDS cannot be reached',
      startedAt: progress.startedAt,
    });
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
