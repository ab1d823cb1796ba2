import { describe, expect, it } from 'vitest';
import { alternatives } from './alternatives.ts';
import { aCandidate, aRequest, aReservation, HOUR, MINUTE, MORNING } from './candidate.fixture.ts';
import { Fleet } from './fleet.ts';
import { aTemplate } from './template.fixture.ts';

const options = { now: MORNING, workerLeadSeconds: 1_200 };
const one = { sessions: 1, cpuCores: 48, memoryGb: 192, storageGb: 256, nodes: 200, ports: 6_000 };
const request = aRequest({ window: { from: MORNING + HOUR, to: MORNING + 2 * HOUR } });

describe('other starts', () => {
  it('are the soonest at which a worker is free, at least half an hour apart', () => {
    const fleet = new Fleet();
    const until = MORNING + 3 * HOUR;
    fleet.put(aCandidate('a', { capacity: one, reservations: [aReservation('1', MORNING, until)] }));
    fleet.put(aCandidate('b', { capacity: one, reservations: [aReservation('2', MORNING, until + HOUR)] }));
    expect(alternatives(request, fleet, options)).toEqual([
      { laterByMs: 2 * HOUR, workerId: 'a' },
      { laterByMs: 2 * HOUR + 30 * MINUTE, workerId: 'a' },
      { laterByMs: 3 * HOUR, workerId: 'a' },
    ]);
  });

  it('skip a gap between two reservations that is too short', () => {
    const fleet = new Fleet();
    const reservations = [
      aReservation('1', MORNING, MORNING + 2 * HOUR),
      aReservation('2', MORNING + 2.5 * HOUR, MORNING + 6 * HOUR),
    ];
    fleet.put(aCandidate('a', { capacity: one, reservations }));
    expect(alternatives(request, fleet, options)[0]).toEqual({ laterByMs: 5 * HOUR, workerId: 'a' });
  });

  it('count a worker that can be made', () => {
    const growth = { templates: [aTemplate('metal')], blocked: () => undefined, count: () => {} };
    const asap = aRequest({ window: { from: MORNING, to: MORNING + HOUR } });
    expect(alternatives(asap, new Fleet(), { ...options, growth })[0]).toEqual({ laterByMs: 20 * MINUTE });
  });

  it('are none where nothing will ever fit', () => {
    const fleet = new Fleet();
    fleet.put(aCandidate('a', { region: 'eu-west-1' }));
    expect(alternatives({ ...request, region: 'us-east-1' }, fleet, options)).toEqual([]);
  });
});
