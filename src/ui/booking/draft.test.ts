import { bookingRequest } from '@lcm/core/api/sessions.ts';
import { describe, expect, it } from 'vitest';
import { type Draft, EMPTY, fieldOf, requestOf } from './draft.ts';

const draft = (some: Partial<Draft>): Draft => ({ ...EMPTY, definitionId: 'd-1', ...some });

describe('the booking form', () => {
  it('asks for nothing more than it was told', () => {
    expect(requestOf(draft({}), 'utc')).toEqual({ definitionId: 'd-1', durationSeconds: 3_600 });
  });

  it('reads the start in the zone in which the page writes times', () => {
    expect(requestOf(draft({ start: '2026-03-01T14:15' }), 'utc')?.start).toBe('2026-03-01T14:15:00.000Z');
  });

  it('says everything in the words of the contract', () => {
    const full = draft({
      start: '2026-03-01T14:15',
      minutes: '90',
      owner: ' c-7 ',
      givenName: 'Ann',
      familyName: 'Lee',
      email: 'ann@example.org',
      region: 'eu-west-1',
      reservationId: 'r-1',
    });
    const request = requestOf(full, 'utc');
    expect(bookingRequest.parse(request)).toEqual(request);
    expect(request).toMatchObject({
      durationSeconds: 5_400,
      owner: { externalId: 'c-7' },
      candidate: { externalId: 'c-7', givenName: 'Ann', familyName: 'Lee', email: 'ann@example.org' },
      region: 'eu-west-1',
      reservationId: 'r-1',
    });
  });

  it.each([{ definitionId: '' }, { minutes: '' }, { minutes: '1.5' }, { minutes: '0' }, { start: 'soon' }])(
    'waits while %j makes no booking',
    (some) => {
      expect(requestOf(draft(some), 'utc')).toBeUndefined();
    },
  );

  it('knows which field a refusal means', () => {
    expect(fieldOf('/durationSeconds')).toBe('minutes');
    expect(fieldOf('/nothing')).toBeUndefined();
  });
});
