import { systemSettingsValues } from '@lcm/core/domain/settings.ts';
import { iso } from '@lcm/core/domain/time.ts';
import type { WorkerTemplate } from '@lcm/core/domain/worker-template.ts';
import { aCandidate, HOUR, MINUTE, MORNING } from '@lcm/core/placement/candidate.fixture.ts';
import type { WorkerCandidate } from '@lcm/core/placement/candidate.ts';
import { Fleet } from '@lcm/core/placement/fleet.ts';
import { growthWithin } from '@lcm/core/placement/growth.ts';
import { aTemplate } from '@lcm/core/placement/template.fixture.ts';
import { describe, expect, it } from 'vitest';
import { planRound } from './plan-round.ts';
import { aDefinition, aWaiting } from './waiting.fixture.ts';
import type { Waiting } from './waiting.ts';

interface Given {
  workers?: WorkerCandidate[];
  templates?: WorkerTemplate[];
  settings?: Parameters<typeof systemSettingsValues.parse>[0];
  lastScaleUp?: Map<string, number>;
}

function plan(waiting: Waiting[], given: Given = {}) {
  const fleet = new Fleet();
  for (const worker of given.workers ?? []) fleet.put(worker);
  const settings = systemSettingsValues.parse(given.settings ?? {});
  let number = 0;
  return planRound(waiting, {
    fleet,
    growth: growthWithin(given.templates ?? [], [], settings),
    settings,
    lastScaleUp: given.lastScaleUp ?? new Map(),
    now: MORNING,
    newId: () => `id-${++number}`,
  });
}

/** Holds three small labs at once, and no more. */
const small = aTemplate('small', { cpuCores: 12, costPerHourUsd: 1 });
const narrow = (id: string, more: Partial<WorkerCandidate> = {}) =>
  aCandidate(id, { capacity: { ...aCandidate(id).capacity, cpuCores: 12 }, ...more });
const ids = (all: { waiting: Waiting }[]) => all.map(({ waiting }) => waiting.id);

describe('a scheduling round', () => {
  it('takes sessions by their start, then by their booking', () => {
    const early = aWaiting('b', 2);
    const late = aWaiting('a', 3);
    const first = aWaiting('c', 2, { createdAt: iso(MORNING - HOUR) });
    expect(ids(plan([late, early, first], { workers: [aCandidate('w')] }).placements)).toEqual([
      'c',
      'b',
      'a',
    ]);
  });

  it('counts what it has placed before', () => {
    const result = plan(
      ['a', 'b', 'c', 'd'].map((id) => aWaiting(id, 2)),
      { workers: [narrow('w')] },
    );
    expect(ids(result.placements)).toEqual(['a', 'b', 'c']);
    expect(result.decisions.map(({ decision }) => decision.reason?.code)).toEqual(['NoCapacity']);
  });

  it('makes one worker for as many sessions as it holds', () => {
    const result = plan(
      Array.from({ length: 7 }, (_, index) => aWaiting(`s${index}`, 2)),
      { templates: [small] },
    );
    expect(result.scaleUps.length).toBe(3);
    const perWorker = Map.groupBy(result.placements, ({ workerId }) => workerId);
    expect([...perWorker.values()].map((all) => all.length)).toEqual([3, 3, 1]);
    // Two hours ahead, less 15 minutes for the lab and 20 for the worker.
    expect(result.scaleUps[0]?.provisionAt).toBe(MORNING + 2 * HOUR - 35 * MINUTE);
  });

  it('moves the plan of a worker that is still to be made for a session that begins before it', () => {
    const later = narrow('w', { status: 'PENDING', planned: true, availableAt: MORNING + 8 * HOUR });
    const result = plan([aWaiting('a', 2)], { workers: [later], templates: [small] });
    expect(result.placements[0]?.workerId).toBe('w');
    expect(result.scaleUps).toEqual([]);
    expect(result.replans).toMatchObject([{ workerId: 'w', provisionAt: MORNING + 2 * HOUR - 35 * MINUTE }]);
  });

  it('opens a stopped worker before it makes another, and starts it only when that is due', () => {
    const stopped = narrow('w', { status: 'STOPPED', placeable: false, admission: 'closed' });
    const soon = plan([aWaiting('a', 0.5)], { workers: [stopped], templates: [small] });
    expect(soon.starts).toMatchObject([{ workerId: 'w', now: true }]);
    expect(soon.placements[0]?.workerId).toBe('w');
    const later = plan([aWaiting('a', 9)], { workers: [stopped], templates: [small] });
    expect(later.starts).toMatchObject([{ workerId: 'w', now: false }]);
    expect(later.scaleUps).toEqual([]);
  });

  it('stays within the maximum of the region, its own growth counted', () => {
    const result = plan(
      Array.from({ length: 7 }, (_, index) => aWaiting(`s${index}`, 2)),
      { templates: [small], settings: { maxWorkersPerRegion: 2 } },
    );
    expect([result.scaleUps.length, result.placements.length]).toEqual([2, 6]);
    expect(result.decisions.map(({ decision }) => decision.reason?.code)).toEqual(['QuotaExceeded']);
  });

  it('keeps the pause between two workers of a template', () => {
    const settings = { scaleUpCooldownSeconds: 300 };
    const many = Array.from({ length: 4 }, (_, index) => aWaiting(`s${index}`, 2));
    const result = plan(many, { templates: [small], settings });
    expect(result.scaleUps.length).toBe(1);
    expect(result.decisions.map(({ decision }) => decision.reason)).toMatchObject([
      { code: 'WaitingForWorker', expectedAt: iso(MORNING + 5 * MINUTE) },
    ]);
    const lastScaleUp = new Map([['small', MORNING - 10 * MINUTE]]);
    expect(plan(many, { templates: [small], settings, lastScaleUp }).scaleUps.length).toBe(1);
  });

  it('ends what can no longer be met', () => {
    const result = plan([aWaiting('a', -1.8)], { workers: [aCandidate('w')] });
    expect(result.misses.map(({ id }) => id)).toEqual(['a']);
    expect(result.placements).toEqual([]);
  });

  it('names what is in the way before it looks for a worker', () => {
    const error = { severity: 'error' as const, code: 'x', message: 'link 3 leads nowhere' };
    const result = plan(
      [
        aWaiting('held', 1, { onHold: true }),
        { ...aWaiting('gone', 2), definition: undefined },
        { ...aWaiting('broken', 3), definition: aDefinition([error]) },
        aWaiting('far', 24 * 91),
      ],
      { workers: [aCandidate('w')] },
    );
    expect(result.decisions.map(({ decision }) => decision.reason?.code)).toEqual([
      'OnHold',
      'Misconfigured',
      'Misconfigured',
      'TooEarly',
    ]);
    expect(result.placements).toEqual([]);
  });
});
