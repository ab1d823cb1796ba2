import { expect, it } from 'vitest';
import { verdictOf } from './verdict.ts';

const start = (some: object) => ({
  at: Date.UTC(2026, 2, 1, 14, 15),
  definition: 'DC 1.0.0',
  sessions: 4,
  ready: 0,
  building: 0,
  waiting: 4,
  atRisk: 0,
  ...some,
});
const outlook = { all: 12, byStatus: new Map(), needsYou: [], starts: [] };

it('says that all is well, and what starts next', () => {
  expect(verdictOf({ ...outlook, starts: [start({})] }, 'utc')).toBe(
    'All is well: 12 sessions, none needs you. Next start 14:15: 4, none at risk.',
  );
});

it('says how many need somebody, and how many of the next are at risk', () => {
  const starts = [start({ atRisk: 1 }), start({ definition: 'SP 2.0.0', sessions: 1 })];
  expect(verdictOf({ ...outlook, needsYou: ['a', 'b'], starts }, 'utc')).toBe(
    '2 of 12 sessions need you. Next start 14:15: 5, 1 at risk.',
  );
});

it('does not call it well when there is nothing', () => {
  expect(verdictOf({ ...outlook, all: 0 }, 'utc')).toBe('No sessions yet.');
});
