import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { expect, it } from 'vitest';
import type { Viewer } from '../auth/access-rules.ts';
import { callerOf } from '../test-callers.fixture.ts';
import { Admittance } from './admittance.ts';

const PERIOD = 5_000;
const ann = (role: 'user' | 'manager'): Viewer => ({ caller: callerOf(role, 'ann'), sight: undefined });

/** A stream that was opened as a user; `answer` is what the door says when it is asked again. */
function opened(answer: () => Viewer) {
  const clock = new VirtualClock();
  const happened: string[] = [];
  const admittance = new Admittance(
    clock,
    ann('user'),
    async () => answer(),
    () => happened.push('refused'),
  );
  void admittance.changed.then(() => happened.push('changed'));
  return { clock, admittance, happened };
}

it('lets a stream be while nothing changes', async () => {
  const { clock, admittance, happened } = opened(() => ann('user'));
  await clock.advance(10 * PERIOD);
  expect([happened, admittance.viewer]).toEqual([[], ann('user')]);
});

it.each(['unauthenticated', 'forbidden'] as const)(
  'ends a stream whose caller is %s by now',
  async (code) => {
    const { clock, happened } = opened(() => {
      throw new Refusal(code, 'not any more');
    });
    await clock.advance(PERIOD - 1);
    expect(happened).toEqual([]);
    await clock.advance(1);
    expect(happened).toEqual(['refused']);
  },
);

it('says when the viewer sees other things than until now', async () => {
  const { clock, admittance, happened } = opened(() => ann('manager'));
  await clock.advance(PERIOD);
  expect([happened, admittance.viewer]).toEqual([['changed'], ann('manager')]);
});

it('keeps a stream through times at which nobody can tell who calls', async () => {
  let asked = 0;
  const { clock, happened } = opened(() => {
    asked++;
    throw new Refusal('unavailable', 'the issuer is away');
  });
  await clock.advance(3 * PERIOD);
  expect([asked, happened]).toEqual([3, []]);
});

it('asks no more once the stream is over', async () => {
  let asked = 0;
  const { clock, admittance } = opened(() => {
    asked++;
    return ann('user');
  });
  admittance.end();
  await clock.advance(10 * PERIOD);
  expect(asked).toBe(0);
});
