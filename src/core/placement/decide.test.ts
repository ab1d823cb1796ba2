import { describe, expect, it } from 'vitest';
import type { SchedulingReason } from '../domain/scheduling-reason.ts';
import { aCandidate, aRequest, aReservation, HOUR, MINUTE, MORNING, SMALL } from './candidate.fixture.ts';
import type { WorkerCandidate } from './candidate.ts';
import { decidePlacement, type PlacementOptions } from './decide.ts';
import { Fleet } from './fleet.ts';
import type { Growth } from './growth.ts';
import { aTemplate } from './template.fixture.ts';

type Lab = Parameters<Fleet['labs']['put']>[0];
const at = (hour: number) => MORNING + (hour - 8) * HOUR;
const slot = { from: at(10), to: at(12) };

function fleetOf(...workers: WorkerCandidate[]): Fleet {
  const fleet = new Fleet();
  for (const worker of workers) fleet.put(worker);
  return fleet;
}

function decide(fleet: Fleet, request = aRequest({ window: slot }), more: Partial<PlacementOptions> = {}) {
  return decidePlacement(request, fleet, { now: MORNING, workerLeadSeconds: 1_200, ...more });
}

function growth(blocked?: SchedulingReason, ...templates: ReturnType<typeof aTemplate>[]): Growth {
  return {
    templates: templates.length > 0 ? templates : [aTemplate('metal')],
    blocked: () => blocked,
    count: () => {},
  };
}

describe('the worker for a session', () => {
  it('is the fullest that fits over the whole window', () => {
    const busyNow = aCandidate('a', { reservations: [aReservation('1', at(9), at(10), times(SMALL, 8))] });
    const busyThen = aCandidate('b', { reservations: [aReservation('2', at(11), at(13), times(SMALL, 2))] });
    const full = aCandidate('c', { reservations: [aReservation('3', at(11), at(13), times(SMALL, 12))] });
    const result = decide(fleetOf(busyNow, busyThen, full));
    expect(result.workerId).toBe('b');
    expect(result.decision).toMatchObject({ outcome: 'placed', counts: { resources: 1 }, evaluated: 3 });
    expect(result.decision.best.map((one) => one.workerId)).toEqual(['b', 'a']);
  });

  it('takes no notice of what ends when it begins, or begins when it ends', () => {
    const before = aReservation('1', at(8), at(10), times(SMALL, 12));
    const after = aReservation('2', at(12), at(14), times(SMALL, 12));
    expect(decide(fleetOf(aCandidate('a', { reservations: [before, after] }))).workerId).toBe('a');
  });

  it('is, of two as full, the one that frees up closest to the end of the session', () => {
    const soon = aCandidate('a', { reservations: [aReservation('1', at(10), at(11))] });
    const close = aCandidate('b', { reservations: [aReservation('2', at(11), at(12))] });
    const long = aCandidate('c', { reservations: [aReservation('3', at(10), at(15))] });
    expect(decide(fleetOf(soon, close, long)).decision.best.map((one) => one.workerId)).toEqual([
      'b',
      'a',
      'c',
    ]);
  });

  it('is rather one with a lab of the definition that can be used again', () => {
    const fleet = fleetOf(aCandidate('a'), aCandidate('b'));
    const lab = { id: 'lab-1', workerId: 'b', definitionId: 'ccna@1.0.0', status: 'WIPED' };
    fleet.labs.put(lab as Lab);
    const request = aRequest({ window: slot, reuseOf: 'ccna@1.0.0' });
    expect(decide(fleet, request).workerId).toBe('b');
    fleet.labs.put({ ...lab, boundTo: 'somebody' } as Lab);
    expect(decide(fleet, request).workerId).toBe('a');
  });

  it('is one on which it has failed before only when there is no other', () => {
    const request = aRequest({ window: slot, avoidWorkers: ['a'] });
    const fuller = aCandidate('a', { reservations: [aReservation('1', at(10), at(12))] });
    expect(decide(fleetOf(fuller, aCandidate('b')), request).workerId).toBe('b');
    expect(decide(fleetOf(fuller), request).workerId).toBe('a');
    expect(decide(fleetOf(fuller), request, { growth: growth() }).grow?.kind).toBe('create');
  });

  it('may be one that is still coming up, if it is ready in time', () => {
    const coming = aCandidate('a', { status: 'PROVISIONING', availableAt: at(9) });
    const result = decide(fleetOf(coming));
    expect(result.workerId).toBe('a');
    expect(result.decision.reason).toMatchObject({
      code: 'WaitingForWorker',
      expectedAt: '2026-03-02T09:00:00.000Z',
    });
    const early = aRequest({ window: { from: at(8.4), to: at(9.5) } });
    expect(decide(fleetOf(coming), early).decision.counts).toEqual({ state: 1 });
  });

  it('for a session that begins at once, is one that runs, and only else one that is coming', () => {
    const asap = aRequest({ window: { from: MORNING, to: at(10) } });
    const coming = aCandidate('a', { status: 'STARTING', availableAt: MORNING + 10 * MINUTE });
    expect(decide(fleetOf(coming, aCandidate('b')), asap).workerId).toBe('b');
    expect(decide(fleetOf(coming), asap).workerId).toBe('a');
  });
});

describe('growth of the fleet', () => {
  it('makes a worker of the cheapest template, as late as it will do', () => {
    const result = decide(fleetOf(), undefined, { growth: growth() });
    expect(result.grow).toMatchObject({
      kind: 'create',
      template: { name: 'metal' },
      provisionAt: at(10) - 20 * MINUTE,
    });
    expect(result.decision).toMatchObject({ outcome: 'scaleUp', reason: { code: 'WaitingForWorker' } });
  });

  it('takes a stopped worker that would fit instead, and starts it when that is due', () => {
    const stopped = aCandidate('old', { status: 'STOPPED', placeable: false, admission: 'closed' });
    const asap = aRequest({ window: { from: MORNING, to: at(10) } });
    expect(decide(fleetOf(stopped), asap, { growth: growth() }).grow).toEqual({
      kind: 'start',
      workerId: 'old',
      now: true,
    });
    expect(decide(fleetOf(stopped), undefined, { growth: growth() }).grow).toMatchObject({ now: false });
  });

  it('does not start a stopped worker that would not fit', () => {
    const stopped = aCandidate('old', { status: 'STOPPED', placeable: false, region: 'eu-west-1' });
    const asap = aRequest({ window: { from: MORNING, to: at(10) }, region: 'us-east-1' });
    expect(decide(fleetOf(stopped), asap, { growth: growth() }).grow?.kind).toBe('create');
  });

  it('is not needed while a plan can be made earlier, or a worker that has stopped be started again', () => {
    const plan = aCandidate('a', { status: 'PENDING', planned: true, availableAt: at(14) });
    const early = aRequest({ window: { from: at(9), to: at(10) } });
    expect(decide(fleetOf(plan), early, { growth: growth() }).workerId).toBe('a');
    const open = aCandidate('b', { status: 'STOPPED', planned: true });
    expect(decide(fleetOf(open), early, { growth: growth() }).workerId).toBe('b');
  });

  it('is not tried for a slot that is over before a worker could be ready', () => {
    const short = aRequest({ window: { from: MORNING, to: at(8.5) }, latestReady: MORNING + 5 * MINUTE });
    const { decision, grow } = decide(fleetOf(), short, { growth: growth() });
    expect(grow).toBeUndefined();
    expect(decision).toMatchObject({ outcome: 'wait', reason: { code: 'NoCapacity' } });
  });
});

describe('the reason for waiting', () => {
  const quota: SchedulingReason = { code: 'QuotaExceeded', message: 'full' };
  const reasonOf = (
    fleet: Fleet,
    request = aRequest({ window: slot }),
    more: Partial<PlacementOptions> = {},
  ) => decide(fleet, request, more).decision.reason;

  it('names the dimension that is short', () => {
    const full = aCandidate('a', { reservations: [aReservation('1', at(11), at(12), times(SMALL, 12))] });
    expect(reasonOf(fleetOf(full))).toMatchObject({ code: 'NoCapacity', dimension: 'cpuCores' });
    const personal = aCandidate('a', {
      capacity: { ...full.capacity, sessions: 1 },
      reservations: [aReservation('1', at(11), at(12))],
    });
    expect(reasonOf(fleetOf(personal))).toMatchObject({ code: 'NoCapacity', dimension: 'sessions' });
  });

  it('is the quota that keeps the fleet from growing, before the capacity that is short', () => {
    const full = aCandidate('a', { reservations: [aReservation('1', at(11), at(12), times(SMALL, 12))] });
    expect(reasonOf(fleetOf(full), undefined, { growth: growth(quota) })).toEqual(quota);
  });

  it('is a template when neither a worker nor a template is large enough', () => {
    const huge = aRequest({ need: { ...SMALL, memoryGb: 500 } });
    const reason = reasonOf(fleetOf(aCandidate('a')), huge, { growth: growth() });
    expect(reason).toMatchObject({ code: 'NoMatchingTemplate', dimension: 'memoryGb' });
    expect(reason?.message).toContain('500 GB memory');
    expect(reason?.message).toContain('192');
  });

  it('is a template when there is none at all', () => {
    expect(reasonOf(fleetOf())).toMatchObject({ code: 'NoMatchingTemplate' });
  });

  it('names node definitions that nobody has', () => {
    const request = aRequest({ nodeDefinitions: ['iosv', 'nxos'] });
    const templates = growth(undefined, aTemplate('metal', { nodeDefinitions: ['iosv'] }));
    const reason = reasonOf(fleetOf(aCandidate('a')), request, { growth: templates });
    expect(reason?.code).toBe('MissingNodeDefinition');
    expect(reason?.message).toContain('nxos');
    expect(reason?.message).not.toContain('iosv,');
  });

  it('is admission when all that would fit are draining', () => {
    expect(
      reasonOf(fleetOf(aCandidate('a', { admission: 'draining' })), undefined, { growth: growth(quota) }),
    )
      // The quota comes after admission in the vocabulary.
      .toMatchObject({ code: 'AdmissionGated' });
  });

  it('is ports when only these are short', () => {
    const narrow = aCandidate('a', { capacity: { ...aCandidate('a').capacity, ports: 7 } });
    const used = { ...narrow, reservations: [aReservation('1', at(10), at(12))] };
    expect(reasonOf(fleetOf(used))).toMatchObject({ code: 'PortsExhausted' });
  });
});

function times(need: typeof SMALL, factor: number): typeof SMALL {
  return {
    cpuCores: need.cpuCores * factor,
    memoryGb: need.memoryGb * factor,
    storageGb: need.storageGb * factor,
    nodes: need.nodes * factor,
    ports: need.ports * factor,
  };
}
