import type { SchedulingDecision, SchedulingReason } from '@lcm/core/domain/scheduling-reason.ts';
import { iso } from '@lcm/core/domain/time.ts';
import { MORNING } from '@lcm/core/placement/candidate.fixture.ts';
import { describe, expect, it } from 'vitest';
import { isNews } from './news.ts';

const short: SchedulingReason = { code: 'NoCapacity', dimension: 'cpuCores', message: '3 workers short' };

function aDecision(reason: SchedulingReason, afterSeconds = 0): SchedulingDecision {
  const decidedAt = iso(MORNING + afterSeconds * 1000);
  return { decidedAt, outcome: 'wait', best: [], counts: {}, evaluated: 3, reason };
}

describe('a decision', () => {
  it('is news the first time, and when its reason changes', () => {
    expect(isNews(aDecision(short), undefined)).toBe(true);
    expect(isNews(aDecision({ ...short, dimension: 'memoryGb' }, 1), aDecision(short))).toBe(true);
    expect(isNews(aDecision({ ...short, code: 'QuotaExceeded' }, 1), aDecision(short))).toBe(true);
  });

  it('is no news when it says the same again', () => {
    expect(isNews(aDecision(short, 3_600), aDecision(short))).toBe(false);
  });

  it('is news once a minute when only its numbers change', () => {
    const other = { ...short, message: '4 workers short' };
    expect(isNews(aDecision(other, 30), aDecision(short))).toBe(false);
    expect(isNews(aDecision(other, 60), aDecision(short))).toBe(true);
  });
});
