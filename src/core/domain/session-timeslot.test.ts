import { describe, expect, it } from 'vitest';
import {
  BUILT,
  booking,
  COLLECTING,
  INSTANTIATING,
  PAUSED,
  PENDING,
  READY,
  RUNNING,
  SCHEDULED,
  STOPPED,
  STOPPING,
  whenSession,
} from './session.fixture.ts';
import { iso, ms } from './time.ts';
import { canStillBeMet, durationSeconds, heldWindow, overlap, phaseAt, type Timeslot } from './timeslot.ts';

const slot = booking.timeslot;
const later: Timeslot = { ...slot, start: '2026-03-01T11:00:00.000Z', end: '2026-03-01T12:00:00.000Z' };
const longer: Timeslot = { ...slot, end: '2026-03-01T10:30:00.000Z' };

describe('rescheduling', () => {
  it.each([
    ['PENDING', PENDING],
    ['SCHEDULED', SCHEDULED],
  ])('moves the slot before the start: %s', (_status, history) => {
    const answer = whenSession(history, { type: 'changeTimeslot', timeslot: later });
    answer.happens({ type: 'session.timeslot.changed', from: slot, to: later });
    expect(answer.state().timeslot).toEqual(later);
  });

  it.each([
    ['INSTANTIATING', INSTANTIATING],
    ['READY', READY],
    ['RUNNING', RUNNING],
    ['paused', PAUSED],
  ])('is refused once the lab is being built: %s', (_status, history) => {
    whenSession(history, { type: 'changeTimeslot', timeslot: later }).isRefused('illegalTransition');
  });

  it('is refused into the past, naming the field', () => {
    whenSession(PENDING, { type: 'changeTimeslot', timeslot: later }, ms(later.end)).isRefused(
      'rule',
      /passed already/,
    );
  });

  it('is refused where the slot would end before it starts', () => {
    whenSession(PENDING, { type: 'changeTimeslot', timeslot: { ...slot, end: slot.start } }).isRefused(
      'rule',
    );
  });
});

describe('extending', () => {
  it.each([
    ['PENDING', PENDING],
    ['SCHEDULED', SCHEDULED],
    ['INSTANTIATING', BUILT],
    ['READY', READY],
    ['RUNNING', RUNNING],
    ['paused', PAUSED],
  ])('moves the end until time is up: %s', (_status, history) => {
    expect(whenSession(history, { type: 'changeTimeslot', timeslot: longer }).state().timeslot).toEqual(
      longer,
    );
  });

  it.each([
    ['COLLECTING', COLLECTING],
    ['STOPPING', STOPPING],
  ])('is refused afterwards: %s', (_status, history) => {
    whenSession(history, { type: 'changeTimeslot', timeslot: longer }).isRefused('illegalTransition');
  });

  it('is refused where the session has ended', () => {
    whenSession(STOPPED, { type: 'changeTimeslot', timeslot: longer }).isRefused(
      'conflict',
      /is ending: completed/,
    );
  });

  it('to the same slot changes nothing', () => {
    whenSession(RUNNING, { type: 'changeTimeslot', timeslot: { ...slot } }).happens();
  });

  it('is not taken for a move where the start is only written otherwise', () => {
    const written = { ...longer, start: '2026-03-01T09:00:00Z' };
    expect(whenSession(RUNNING, { type: 'changeTimeslot', timeslot: written }).state().timeslot.end).toBe(
      longer.end,
    );
  });
});

describe('a timeslot', () => {
  const at = (text: string) => ms(`2026-03-01T${text}.000Z`);

  it('holds its worker from the lead to the end of the teardown', () => {
    expect(heldWindow(slot)).toEqual({ from: at('08:45:00'), to: at('10:10:00') });
    expect(durationSeconds(slot)).toBe(3_600);
  });

  it.each([
    ['08:44:59', 'before'],
    ['08:45:00', 'approaching'],
    ['09:00:00', 'active'],
    ['10:00:00', 'active'],
    ['10:00:01', 'teardown'],
    ['10:10:01', 'expired'],
  ])('at %s is in phase %s', (text, phase) => {
    expect(phaseAt(slot, at(text))).toBe(phase);
  });

  it('can be met as long as a lab that is begun now is ready before its end', () => {
    expect(canStillBeMet(slot, at('09:44:59'))).toBe(true);
    expect(canStillBeMet(slot, at('09:45:00'))).toBe(false);
  });

  it('shares no moment with one that begins as it ends', () => {
    const first = { from: 0, to: 10 };
    expect(overlap(first, { from: 10, to: 20 })).toBe(false);
    expect(overlap(first, { from: 9, to: 20 })).toBe(true);
    expect(iso(0)).toBe('1970-01-01T00:00:00.000Z');
  });
});
