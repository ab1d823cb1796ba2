import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { Commands } from '@lcm/control-plane-api/commands/execute.ts';
import { silent, startTestPlane, type TestPlane } from '@lcm/control-plane-api/control-plane.fixture.ts';
import { placementId, workerId } from '@lcm/core/domain/ids.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { StateBus } from '@lcm/core/spi/state-bus.ts';
import { type RunningScheduler, startScheduler } from '@lcm/resource-scheduler/service.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLeasesOfItsOwn } from './own-leases.ts';

const TOPOLOGY = `lab:
  title: Two routers
  version: 0.3.0
nodes:
  - {id: n0, label: R1, node_definition: iosv, x: 0, y: 0, configuration: "hostname R1", tags: [], interfaces: [{id: i0, label: GigabitEthernet0/0, slot: 0, type: physical}]}
  - {id: n1, label: R2, node_definition: iosv, x: 100, y: 0, configuration: "hostname R2", tags: [], interfaces: [{id: i0, label: GigabitEthernet0/0, slot: 0, type: physical}]}
links:
  - {id: l0, n1: n0, n2: n1, i1: i0, i2: i0, label: R1-R2}
`;

const HOUR = 3_600_000;

let on: TestPlane;
let schedulers: RunningScheduler[];
let definitionId: string;

beforeEach(async () => {
  on = await startTestPlane();
  schedulers = [];
  const { id } = await on.admin.definitions.create({
    body: { name: 'two-routers', version: '1.0.0', topology: TOPOLOGY, maxDurationMinutes: 240 },
  });
  await on.controller.internal.definitions.command({
    params: { id },
    body: { command: { type: 'recordSync', status: 'success' } },
  });
  definitionId = id;
});

afterEach(async () => {
  const stopping = schedulers.map((scheduler) => scheduler.stop());
  await on.clock.advance(30_000);
  await Promise.all(stopping);
  await on.stop();
});

describe('the scheduler', () => {
  it('makes a worker for a booking that fits nowhere, and places it there', async () => {
    await aTemplate();
    const session = await book(2);
    await run();
    await pass(15_000);
    const placed = await read(session.id);
    expect(placed).toMatchObject({
      status: 'SCHEDULED',
      decision: { outcome: 'placed', reason: { code: 'WaitingForWorker' } },
    });
    const [worker] = await workers();
    expect(worker).toMatchObject({
      id: placed.placement?.workerId,
      status: 'PENDING',
      forSession: session.id,
    });
    // Lead of the lab 15 minutes, of a worker 20.
    expect(Date.parse(session.timeslot.start) - Date.parse(worker?.provisionAt ?? '')).toBe(35 * 60_000);
    expect(placed.decision?.winner?.workerId).toBe(worker?.id);
  });

  it('packs many bookings of one slot onto as few workers as hold them, over-committing none', async () => {
    await aTemplate();
    const sessions = await Promise.all(Array.from({ length: 40 }, () => book(3)));
    await run();
    await pass(20_000);
    for (const { id } of sessions) expect((await read(id)).status).toBe('SCHEDULED');
    const [first] = sessions;
    const need = (await read(first?.id ?? '')).definition.need;
    const perWorker = Math.min(
      Math.floor(16 / need.cpuCores),
      Math.floor(64 / need.memoryGb),
      Math.floor(200 / Math.max(need.storageGb, 1)),
      Math.floor(100 / need.nodes),
    );
    expect((await workers()).length).toBe(Math.ceil(40 / perWorker));
  });

  it('says why a session waits, and places it as soon as there is room', async () => {
    const session = await book(2);
    await run();
    await pass(15_000);
    expect((await read(session.id)).decision?.reason?.code).toBe('NoMatchingTemplate');
    await aTemplate();
    await pass(2_000);
    expect((await read(session.id)).status).toBe('SCHEDULED');
  });

  it('leaves a session on hold, or further ahead than the horizon, alone', async () => {
    await aTemplate();
    const held = await book(2);
    await on.admin.sessions.hold({ params: { id: held.id }, body: {} });
    await run();
    await pass(15_000);
    expect((await read(held.id)).decision?.reason?.code).toBe('OnHold');
    expect(await workers()).toEqual([]);
    await on.admin.sessions.unhold({ params: { id: held.id }, body: {} });
    await pass(2_000);
    expect((await read(held.id)).status).toBe('SCHEDULED');
  });

  it('tells of the quota that keeps the fleet from growing', async () => {
    await aTemplate();
    await on.admin.settings.change({ body: { maxWorkersPerRegion: 0 } });
    const session = await book(2);
    await run();
    await pass(15_000);
    const { decision, status } = await read(session.id);
    expect([status, decision?.reason?.code]).toEqual(['PENDING', 'QuotaExceeded']);
    expect(await workers()).toEqual([]);
    await on.admin.settings.change({ body: { maxWorkersPerRegion: 1 } });
    await pass(2_000);
    expect((await read(session.id)).status).toBe('SCHEDULED');
  });

  it('ends a session whose slot can no longer be met', async () => {
    const session = await book(2);
    await run();
    await pass(15_000);
    await pass(3 * HOUR);
    expect(await read(session.id)).toMatchObject({ status: 'EXPIRED', ending: { outcome: 'slotMissed' } });
  });

  it('gives back what an ended session held, and then drops the plan that nobody needs', async () => {
    await aTemplate();
    const session = await book(4);
    await run();
    await pass(15_000);
    await on.admin.sessions.cancel({ params: { id: session.id }, body: {} });
    await on.controller.internal.sessions.command({
      params: { id: session.id },
      body: { command: { type: 'markStopped' } },
    });
    await pass(2_000);
    expect((await read(session.id)).status).toBe('TERMINATED');
    await pass(7 * 60_000);
    expect((await workers()).map(({ status }) => status)).toEqual(['TERMINATED']);
  });

  it('completes a proposal that a crash left', async () => {
    const template = await aTemplate();
    const session = await book(2);
    const worker = await on.admin.workers.create({ body: { templateId: template.id } });
    const decision = {
      decidedAt: session.createdAt,
      outcome: 'placed' as const,
      best: [],
      counts: {},
      evaluated: 1,
    };
    await new Commands(on.store, on.clock).execute('session', session.id, {
      type: 'propose',
      placementId: placementId.parse('p-left'),
      workerId: worker.id,
      decision,
      by: 'test',
    });
    await run();
    await pass(45_000);
    expect(await read(session.id)).toMatchObject({ status: 'SCHEDULED', placement: { id: 'p-left' } });
    const ledger = await on.admin.workers.ledger({ params: { id: worker.id } });
    expect(Object.keys(ledger.reservations)).toEqual(['p-left']);
  });

  it('releases a reservation that no session claims', async () => {
    await aTemplate();
    const session = await book(2);
    await run();
    await pass(15_000);
    const { placement, timeslot, definition } = await read(session.id);
    const worker = workerId.parse(placement?.workerId);
    const reservation = {
      placementId: placementId.parse('p-stray'),
      sessionId: session.id,
      from: timeslot.start,
      to: timeslot.end,
      need: definition.need,
    };
    await new Commands(on.store, on.clock).execute('worker-ledger', worker, {
      type: 'reserve',
      reservation,
      by: 'test',
    });
    await pass(150_000);
    const ledger = await on.admin.workers.ledger({ params: { id: worker } });
    expect(Object.keys(ledger.reservations)).toEqual([placement?.id]);
  });

  it('two of them, each sure to lead, place every session once and over-commit nothing', async () => {
    await aTemplate();
    const sessions = await Promise.all(Array.from({ length: 30 }, () => book(3)));
    await run({ seed: 1 });
    await run({ seed: 2, bus: withLeasesOfItsOwn(on.bus, on.clock) });
    await pass(60_000);
    expect(schedulers.map((one) => one.stats().controller.heldPartitions)).toEqual([8, 8]);
    const claimed = await Promise.all(sessions.map(async ({ id }) => (await read(id)).placement?.id));
    const ledgers = await on.controller.internal.workerLedgers.list({ query: {} });
    const reserved = ledgers.items.flatMap(({ state }) => Object.keys(state.reservations));
    expect(reserved.sort()).toEqual(claimed.sort());
  });

  it('withdraws a move that a crash has cut off, so that the session can begin', async () => {
    await aTemplate();
    const { id } = await book(3);
    await run();
    await pass(20_000);
    const { placement, decision } = await read(id);
    if (!placement || !decision) throw new Error('it is not placed');
    const { workerId: worker } = placement;
    const moved = placementId.parse('p-moved');
    const commands = new Commands(on.store, on.clock);
    const propose = {
      type: 'propose' as const,
      placementId: moved,
      workerId: worker,
      decision,
      by: 'manager',
    };
    await commands.execute('session', id, propose);
    const reservation = (await ledgerOf(worker)).reservations[placement.id];
    if (!reservation) throw new Error('it is not reserved');
    const later = new Date(Date.parse(reservation.to) + HOUR).toISOString();
    const second = { ...reservation, placementId: moved, from: reservation.to, to: later };
    await commands.execute('worker-ledger', worker, { type: 'reserve', reservation: second, by: 'manager' });
    await pass(200_000);
    expect(await read(id)).toMatchObject({ status: 'SCHEDULED', placement, releases: [] });
    expect((await read(id)).proposal).toBeUndefined();
    expect(Object.keys((await ledgerOf(worker)).reservations)).toEqual([placement.id]);
  });

  it('takes back what was widened for a change of a slot that a crash has cut off', async () => {
    await aTemplate();
    const { id } = await book(3);
    await run();
    await pass(20_000);
    const { placement } = await read(id);
    if (!placement) throw new Error('it is not placed');
    const before = (await ledgerOf(placement.workerId)).reservations[placement.id];
    const { version } = await on.controller.internal.sessions.get({ params: { id } });
    const to = new Date(Date.parse(before?.to ?? '') + HOUR).toISOString();
    const window = { placementId: placement.id, from: before?.from ?? '', to, sessionVersion: version };
    const widen = { type: 'widen' as const, ...window, by: 'manager' };
    await new Commands(on.store, on.clock).execute('worker-ledger', placement.workerId, widen);
    expect((await ledgerOf(placement.workerId)).reservations[placement.id]?.to).toBe(to);
    await pass(300_000);
    expect((await ledgerOf(placement.workerId)).reservations[placement.id]).toEqual(before);
  });

  it('keeps the room of a session that overruns its slot, for as long as it does', async () => {
    await aTemplate();
    const { id } = await book(1);
    await run();
    await pass(20_000);
    const { placement } = await read(id);
    if (!placement) throw new Error('it is not placed');
    const reservation = async () => (await ledgerOf(placement.workerId)).reservations[placement.id];
    const planned = await reservation();
    // Nobody tears it down here.
    await pass(Date.parse(planned?.to ?? '') - on.clock.now() + 600_000);
    const held = await reservation();
    expect(held).toEqual({ ...planned, to: expect.any(String) });
    const ahead = Date.parse(held?.to ?? '') - on.clock.now();
    expect(ahead).toBeGreaterThan(60_000);
    expect(ahead).toBeLessThanOrEqual(180_000);
  });

  it.each([1, 2, 3])('comes to the same end when requests and answers get lost (seed %i)', async (seed) => {
    await aTemplate();
    const sessions = await Promise.all(Array.from({ length: 20 }, (_, index) => book(3 + (index % 3))));
    await run({ seed, client: flaky(seed) });
    await pass(600_000);
    const placed = await Promise.all(sessions.map(({ id }) => read(id)));
    expect(placed.map(({ status }) => status)).toEqual(placed.map(() => 'SCHEDULED'));
    await pass(400_000);
    const claims = await Promise.all(sessions.map(async ({ id }) => (await read(id)).placement?.id));
    const ledgers = await on.controller.internal.workerLedgers.list({ query: {} });
    const reserved = ledgers.items.flatMap(({ state }) => Object.keys(state.reservations));
    expect(reserved.sort()).toEqual(claims.sort());
    const used = new Set(placed.map(({ placement }) => placement?.workerId));
    const unused = (await workers()).filter(({ id, status }) => status !== 'TERMINATED' && !used.has(id));
    expect(unused).toEqual([]);
  });
});

/** The controller's client, of which a third of all calls fail: half of those after they have taken effect. */
function flaky(seed: number): TestPlane['controller'] {
  const random = seededRandom(seed);
  const wrap = (part: object): object =>
    new Proxy(part, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member === 'object' && member !== null) return wrap(member);
        if (typeof member !== 'function') return member;
        return async (...given: unknown[]) => {
          const luck = random.next();
          if (luck < 1 / 6) throw new Refusal('unavailable', 'the request was lost');
          const answer: unknown = await Reflect.apply(member, target, given);
          if (luck < 1 / 3) throw new Refusal('unavailable', 'the answer was lost');
          return answer;
        };
      },
    });
  // The proxy has the client's shape: it only adds failures.
  return wrap(on.controller) as TestPlane['controller'];
}

async function run({
  seed = 1,
  bus = on.bus,
  client = on.controller,
}: {
  seed?: number;
  bus?: StateBus;
  client?: TestPlane['controller'];
} = {}): Promise<void> {
  schedulers.push(
    startScheduler({
      client,
      bus,
      clock: on.clock,
      random: seededRandom(seed),
      log: silent,
    }),
  );
}

/** Time goes by in small steps, as it does. */
async function pass(ms: number): Promise<void> {
  const step = Math.max(250, ms / 200);
  for (let gone = 0; gone < ms; gone += step) await on.clock.advance(step);
}

function aTemplate() {
  return on.admin.workerTemplates.create({
    body: {
      name: 'nested-16',
      region: 'us-east-1',
      instanceType: 'm8i.4xlarge',
      virtualization: 'nested',
      amiNamePattern: 'cisco-cml2.9*',
      cpuCores: 16,
      memoryGb: 64,
      storageGb: 200,
      licenceType: 'ENTERPRISE',
      maxNodes: 100,
      costPerHourUsd: 0.9,
    },
  });
}

function book(hoursAhead: number) {
  const start = new Date(on.clock.now() + hoursAhead * HOUR).toISOString();
  return on.admin.sessions.book({ body: { definitionId, start, durationSeconds: 3_600 } });
}

const read = async (id: string) => (await on.controller.internal.sessions.get({ params: { id } })).state;

const ledgerOf = async (id: string) =>
  (await on.controller.internal.workerLedgers.get({ params: { id } })).state;

const workers = async () =>
  (await on.controller.internal.workers.list({ query: {} })).items.map(({ state }) => state);
