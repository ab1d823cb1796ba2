import { expect, it } from 'vitest';
import { callerOf } from '../test-callers.fixture.ts';
import type { Caller } from './caller.ts';
import { inSight, sightOf } from './fleet-sight.ts';

const VISIBILITY = [
  { group: 'west', regions: ['us-west-2'] },
  { group: 'exams', tags: ['exam', 'rehearsal'] },
  { group: 'exams-of-the-east', regions: ['us-east-1'], tags: ['exam'] },
  { group: 'nothing', regions: [] },
];
const place = (region: string, ...tags: string[]) => ({ region, tags });
const inGroups = (...groups: string[]): Caller => ({ ...callerOf('user', 'ann'), groups });
const sees = (caller: Caller, ...at: Parameters<typeof place>) =>
  inSight(sightOf(caller, VISIBILITY), place(...at));

it('is of everything for who is in no group that the setting names, and for admins', () => {
  for (const caller of [
    callerOf('user', 'ann'),
    inGroups('barista'),
    { ...inGroups('west'), roles: ['admin' as const] },
  ])
    expect([sees(caller, 'us-west-2'), sees(caller, 'eu-west-1', 'exam')]).toEqual([true, true]);
});

it('is of the regions of a group', () => {
  expect([sees(inGroups('west'), 'us-west-2'), sees(inGroups('west'), 'us-east-1', 'exam')]).toEqual([
    true,
    false,
  ]);
});

it('is of what has one of the tags of a group, wherever it is', () => {
  const seen = [['exam'], ['rehearsal', 'x'], ['x'], []].map((tags) =>
    sees(inGroups('exams'), 'any', ...tags),
  );
  expect(seen).toEqual([true, true, false, false]);
});

it('is of what has both where a group has both', () => {
  const caller = inGroups('exams-of-the-east');
  expect(sees(caller, 'us-east-1', 'exam')).toBe(true);
  expect(sees(caller, 'us-east-1')).toBe(false);
  expect(sees(caller, 'us-west-2', 'exam')).toBe(false);
});

it('grows with every group', () => {
  const caller = inGroups('west', 'exams-of-the-east');
  expect(sees(caller, 'us-west-2')).toBe(true);
  expect(sees(caller, 'us-east-1', 'exam')).toBe(true);
  expect(sees(caller, 'us-east-1')).toBe(false);
});

it('is of nothing where a group has no region at all, but for what is nowhere yet', () => {
  const sight = sightOf(inGroups('nothing'), VISIBILITY);
  expect(inSight(sight, place('us-west-2'))).toBe(false);
  expect(inSight(sight, undefined)).toBe(true);
});
