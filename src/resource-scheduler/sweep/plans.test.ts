import { iso } from '@lcm/core/domain/time.ts';
import { type Worker, worker } from '@lcm/core/domain/worker-state.ts';
import { aReservation, HOUR, MINUTE, MORNING } from '@lcm/core/placement/candidate.fixture.ts';
import { aTemplate } from '@lcm/core/placement/template.fixture.ts';
import { describe, expect, it } from 'vitest';
import { planChange } from './plans.ts';

const LEAD_SECONDS = 1_200;

function aPlan(provisionAt: number, more: Partial<Worker> = {}): Worker {
  const at = iso(MORNING - HOUR);
  return worker.parse({
    id: 'w-1',
    name: 'w-1',
    region: 'us-east-1',
    template: aTemplate('metal'),
    status: 'PENDING',
    statusSince: at,
    provisionAt: iso(provisionAt),
    forSession: 's-1',
    attempts: 0,
    conditions: [],
    reconcilePaused: false,
    billing: { seconds: 0 },
    history: [],
    createdAt: at,
    updatedAt: at,
    ...more,
  });
}

const booked = (from: number) => ({ reservations: { p: aReservation('p', from, from + HOUR) } });
const change = (plan: Worker, ledger: Parameters<typeof planChange>[1]) =>
  planChange(plan, ledger, MORNING, LEAD_SECONDS);

describe('the plan of a worker that is not made yet', () => {
  const at = MORNING + 5 * HOUR;

  it('stays where it is right', () => {
    expect(change(aPlan(at), booked(at + 20 * MINUTE))).toBeUndefined();
  });

  it('moves with the earliest session booked on it, either way', () => {
    expect(change(aPlan(at), booked(at + 80 * MINUTE))).toEqual({ kind: 'move', provisionAt: at + HOUR });
    expect(change(aPlan(at), booked(at - 40 * MINUTE))).toEqual({ kind: 'move', provisionAt: at - HOUR });
  });

  it('moves to now where it is late already', () => {
    expect(change(aPlan(at), booked(MORNING + MINUTE))).toEqual({ kind: 'move', provisionAt: MORNING });
  });

  it('is dropped when nothing is booked on it any more, but not in its first minutes', () => {
    expect(change(aPlan(at), { reservations: {} })).toEqual({ kind: 'drop' });
    expect(change(aPlan(at, { createdAt: iso(MORNING - MINUTE) }), { reservations: {} })).toBeUndefined();
  });

  it('of a worker that a person asked for is neither dropped nor put off', () => {
    const { forSession: _, ...byHand } = aPlan(at);
    expect(change(byHand, { reservations: {} })).toBeUndefined();
    expect(change(byHand, booked(at + 80 * MINUTE))).toBeUndefined();
    expect(change(byHand, booked(at - 40 * MINUTE))).toEqual({ kind: 'move', provisionAt: at - HOUR });
  });

  it('is left alone once the worker is being made', () => {
    expect(change(aPlan(MORNING - 1), booked(at))).toBeUndefined();
    expect(change(aPlan(at, { status: 'PROVISIONING' }), { reservations: {} })).toBeUndefined();
    expect(change(aPlan(at, { attempts: 1 }), { reservations: {} })).toBeUndefined();
  });
});
