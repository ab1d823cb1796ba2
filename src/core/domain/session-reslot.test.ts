import { expect, it } from 'vitest';
import {
  booking,
  INSTANTIATING,
  onW1,
  onW2,
  PENDING,
  p1,
  p2,
  proposed,
  SCHEDULED,
  whenSession,
} from './session.fixture.ts';

const slot = booking.timeslot;
const later = { ...slot, start: '2026-03-05T11:00:00.000Z', end: '2026-03-05T12:00:00.000Z' };

it('a slot does not change while a placement is being reserved for it', () => {
  whenSession([...PENDING, proposed(onW1)], { type: 'changeTimeslot', timeslot: later }).isRefused(
    'conflict',
  );
  whenSession([...SCHEDULED, proposed(onW2)], { type: 'changeTimeslot', timeslot: later }).isRefused(
    'conflict',
  );
});

it('a slot changes together with the placement that was reserved for the new one', () => {
  const answer = whenSession([...SCHEDULED, proposed(onW2)], {
    type: 'changeTimeslot',
    timeslot: later,
    placementId: p2,
  });
  const state = answer.state();
  expect(state).toMatchObject({ status: 'SCHEDULED', timeslot: later, placement: onW2, placements: 1 });
  expect(state.releases).toEqual([{ placementId: p1, workerId: onW1.workerId }]);
  expect(state).not.toHaveProperty('proposal');
});

it('a proposal that is gone changes nothing', () => {
  whenSession(SCHEDULED, { type: 'changeTimeslot', timeslot: later, placementId: p2 }).isRefused('conflict');
  whenSession(INSTANTIATING, { type: 'changeTimeslot', timeslot: later, placementId: p2 }).isRefused(
    'conflict',
  );
});
