import type { SessionView } from '@lcm/core/api/sessions.ts';
import { describe, expect, it } from 'vitest';
import { outlookOf } from './outlook.ts';

const NOW = Date.UTC(2026, 2, 1, 12);
const inMinutes = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();

/** A session that starts in so many minutes; only what the outlook looks at. */
const session = (id: string, startsIn: number, some: Partial<SessionView> = {}) =>
  ({
    id,
    status: 'SCHEDULED',
    timeslot: {
      start: inMinutes(startsIn),
      end: inMinutes(startsIn + 60),
      leadSeconds: 0,
      teardownSeconds: 0,
    },
    definition: { name: 'DC', version: '1.0.0' },
    late: false,
    atRisk: false,
    onHold: false,
    ...some,
  }) as SessionView;

const failed = { outcome: 'failed', reason: '', by: '', at: inMinutes(0) } as const;

describe('the outlook', () => {
  it('lists who needs somebody, the worst first', () => {
    const { needsYou } = outlookOf(
      [
        session('well', 10),
        session('failed', -90, { status: 'TERMINATED', ending: failed }),
        session('risk', 20, { atRisk: true }),
        session('late', 5, { late: true }),
        session('cancelled', 5, { status: 'TERMINATED', ending: { ...failed, outcome: 'cancelled' } }),
      ],
      NOW,
    );
    expect(needsYou).toEqual(['late', 'risk', 'failed']);
  });

  it('gathers sessions that start together, the next first, and says how far they are', () => {
    const { starts } = outlookOf(
      [
        session('a', 30, { status: 'READY' }),
        session('b', 30, { status: 'INSTANTIATING' }),
        session('c', 30),
        session('d', 15),
      ],
      NOW,
    );
    expect(
      starts.map(({ sessions, ready, building, waiting }) => [sessions, ready, building, waiting]),
    ).toEqual([
      [1, 0, 0, 1],
      [3, 1, 1, 1],
    ]);
  });

  it('leaves out what has begun, what is over and what starts after a day', () => {
    const { starts } = outlookOf(
      [session('begun', -5), session('over', 5, { status: 'TERMINATED' }), session('later', 60 * 25)],
      NOW,
    );
    expect(starts).toEqual([]);
  });

  it('counts states', () => {
    const { all, byStatus } = outlookOf(
      [session('a', 1), session('b', 1), session('c', 1, { status: 'READY' })],
      NOW,
    );
    expect(all).toBe(3);
    expect(Object.fromEntries(byStatus)).toEqual({ SCHEDULED: 2, READY: 1 });
  });
});
