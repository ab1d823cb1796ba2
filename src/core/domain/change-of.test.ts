import { expect, test } from 'vitest';
import { z } from 'zod';
import { changeOf } from './change-of.ts';
import { systemSettings } from './settings.ts';

const change = changeOf(
  z.object({
    name: z.string(),
    lead: z.number().default(5),
    idle: z.object({ on: z.boolean().default(true), afterSeconds: z.number().default(60) }).prefault({}),
  }),
);

test('a change fills nothing in that it does not name, at any depth', () => {
  expect(change.parse({})).toEqual({});
  expect(change.parse({ lead: 7 })).toEqual({ lead: 7 });
  expect(change.parse({ idle: { on: false } })).toEqual({ idle: { on: false } });
});

test('a change is checked as the whole is, and names nothing unknown', () => {
  expect(change.safeParse({ lead: 'soon' }).success).toBe(false);
  expect(change.safeParse({ laed: 7 }).success).toBe(false);
  expect(change.safeParse({ idle: { no: true } }).success).toBe(false);
});

test('stored settings hold what was set and nothing else', () => {
  const stored = {
    id: 'default',
    values: { minWarmWorkers: 3, idleDetection: { enabled: false } },
    updatedAt: '2026-01-01T00:00:00.000Z',
    updatedBy: 'a',
  };
  expect(systemSettings.parse(stored)).toEqual(stored);
});
