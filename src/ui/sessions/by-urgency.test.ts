import { expect, it } from 'vitest';
import { byUrgency } from './by-urgency.ts';

type Facts = Parameters<typeof byUrgency>[0] & { name: string };

const session = (name: string, hour: number, some: Partial<Facts>): Facts => ({
  name,
  status: 'SCHEDULED',
  late: false,
  atRisk: false,
  onHold: false,
  timeslot: {
    start: new Date(Date.UTC(2026, 2, 1, hour)).toISOString(),
    end: '',
    leadSeconds: 0,
    teardownSeconds: 0,
  },
  ...some,
});

it('puts trouble first, then what is in use, then what comes, and what is over last', () => {
  const failed = { outcome: 'failed', reason: '', by: '', at: '' } as const;
  const sessions = [
    session('over', 8, { status: 'ARCHIVED' }),
    session('over later', 9, { status: 'ARCHIVED' }),
    session('next', 11, {}),
    session('soon', 10, {}),
    session('running', 9, { status: 'RUNNING' }),
    session('at risk', 12, { atRisk: true }),
    session('failed', 7, { status: 'TERMINATED', ending: failed }),
    session('late', 9, { late: true }),
  ];
  expect(sessions.sort(byUrgency).map(({ name }) => name)).toEqual([
    'late',
    'at risk',
    'failed',
    'running',
    'soon',
    'next',
    'over later',
    'over',
  ]);
});
