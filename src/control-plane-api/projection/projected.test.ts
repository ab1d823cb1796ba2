import { isFinal } from '@lcm/core/domain/decider.ts';
import { SESSION_TRANSITIONS } from '@lcm/core/domain/session.ts';
import { WORKER_TRANSITIONS } from '@lcm/core/domain/worker.ts';
import { describe, expect, it } from 'vitest';
import { isGone, projectedOf } from './projected.ts';

const SLOT = {
  start: '2026-01-01T10:00:00Z',
  end: '2026-01-01T11:00:00Z',
  leadSeconds: 900,
  teardownSeconds: 600,
};

describe.each([
  ['session', SESSION_TRANSITIONS, { timeslot: SLOT }],
  ['worker', WORKER_TRANSITIONS, { region: 'us-east-1' }],
] as const)('the bus knows of a %s', (kind, table, more) => {
  it.each(Object.keys(table))('in %s, until that is the end of it', (status) => {
    const state = { ...more, status };
    const stored = { kind, id: 'x-1', version: 3, state, fences: {} };
    expect(projectedOf(kind, stored, [`${kind}.created`], SLOT.start)).toMatchObject({ status, version: 3 });
    expect(isGone(kind, state)).toBe(isFinal<string>(table, status));
  });
});
