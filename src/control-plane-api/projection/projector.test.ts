import { MemoryBus } from '@lcm/adapters/memory/memory-bus.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { sceneOn } from '../scene.fixture.ts';

let on: TestPlane;
let scene: ReturnType<typeof sceneOn>;
beforeEach(async () => {
  on = await startTestPlane();
  scene = sceneOn(on);
  await scene.definition();
});
afterEach(() => on.stop());

const keys = async (bus = on.bus) => (await bus.list('/lcm/')).entries.map(({ key }) => key);
const projected = () => on.clock.advance(1_500);

describe('the projection', () => {
  it('tells of each live aggregate its version, what happened last, and what is needed to decide whether to look', async () => {
    const session = await scene.book(2, { department: 'ccie', candidate: { email: 'cy@example.com' } });
    await on.admin.sessions.hold({ params: { id: session.id }, body: {} });
    await projected();
    const entry = await on.bus.get(`/lcm/sessions/${session.id}`);
    expect(entry?.value).toMatchObject({
      kind: 'session',
      id: session.id,
      version: 2,
      status: 'PENDING',
      department: 'ccie',
      onHold: true,
      ownerKey: 'local|admin',
    });
    expect(JSON.stringify(await on.bus.list('/lcm/'))).not.toContain('cy@example.com');
  });

  it('tells one aggregate’s changes in order, and the newest state of each', async () => {
    const session = await scene.book(2);
    await projected();
    const { revision } = await on.bus.list('/lcm/');
    for (const action of ['hold', 'unhold', 'hold', 'cancel'] as const)
      await on.admin.sessions[action]({ params: { id: session.id }, body: {} });
    await projected();
    const stop = new AbortController();
    const versions: unknown[] = [];
    for await (const events of on.bus.watch('/lcm/sessions/', revision, stop.signal)) {
      for (const { type, value } of events) versions.push(type === 'delete' ? 'gone' : value?.version);
      if (versions.includes('gone')) stop.abort();
    }
    expect(versions.at(-1)).toBe('gone');
    expect(versions.slice(0, -1)).toEqual([...versions.slice(0, -1)].sort());
  });

  it('takes away what is over', async () => {
    const session = await scene.book(2);
    await projected();
    expect(await keys()).toContain(`/lcm/sessions/${session.id}`);
    await on.admin.sessions.cancel({ params: { id: session.id }, body: {} });
    await projected();
    expect(await keys()).not.toContain(`/lcm/sessions/${session.id}`);
  });

  it('never puts an old state over a newer one', async () => {
    const session = await scene.book(2);
    await projected();
    const key = `/lcm/sessions/${session.id}`;
    const newer = { version: 99, kind: 'session', id: session.id, status: 'RUNNING' };
    await on.bus.project(key, newer);
    await on.admin.sessions.hold({ params: { id: session.id }, body: {} });
    await projected();
    expect((await on.bus.get(key))?.value).toEqual(newer);
  });

  it('is held up for an instant by a refusal that comes alone', async () => {
    const project = on.bus.project.bind(on.bus);
    on.bus.project = async () => {
      on.bus.project = project;
      throw new Refusal('busy', 'the bus asks to come again');
    };
    const session = await scene.book(2);
    await on.clock.advance(50);
    expect(await keys()).toContain(`/lcm/sessions/${session.id}`);
  });

  it('goes on when the bus comes back', async () => {
    const project = on.bus.project.bind(on.bus);
    let refused = 0;
    on.bus.project = async () => {
      refused += 1;
      throw new Refusal('unavailable', 'the bus cannot be reached');
    };
    const session = await scene.book(2);
    await on.clock.advance(5_000);
    expect(refused).toBeGreaterThan(1);
    on.bus.project = project;
    await on.clock.advance(2_000);
    expect(await keys()).toContain(`/lcm/sessions/${session.id}`);
  });
});

describe('a resync', () => {
  it('rebuilds a bus that was emptied', async () => {
    const [session, over] = [await scene.book(2), await scene.book(2)];
    await on.admin.sessions.cancel({ params: { id: over.id }, body: {} });
    const worker = await scene.worker();
    await projected();
    const before = await keys();
    for (const key of before) await on.bus.remove(key, Number.MAX_SAFE_INTEGER);
    expect(await keys()).toEqual([]);
    expect(await on.plane.resync()).toBe(before.length);
    expect(await keys()).toEqual(before);
    expect(before).toEqual(
      expect.arrayContaining([`/lcm/sessions/${session.id}`, `/lcm/worker-ledgers/${worker.id}`]),
    );
  });

  it('takes away what ended while nobody told the bus', async () => {
    const session = await scene.book(2);
    await projected();
    await on.plane.stop();
    await scene.commands.execute('session', session.id, { type: 'end', outcome: 'cancelled', by: 'test' });
    await on.bus.project('/lcm/sessions/s-of-another-store', { version: 3 });
    const next = await startTestPlane({ clock: on.clock, store: on.store, bus: on.bus });
    expect((await keys()).filter((key) => key.startsWith('/lcm/sessions/'))).toEqual([]);
    await next.plane.stop();
  });

  it('leaves leases alone', async () => {
    const lease = await on.bus.grantLease(60_000);
    await on.bus.acquire('/lcm/resource-scheduler/partitions/3', 'me', lease);
    await on.plane.resync();
    expect(await keys()).toContain('/lcm/resource-scheduler/partitions/3');
  });

  it('at the start fills a bus that is new', async () => {
    const session = await scene.book(2);
    await on.plane.stop();
    const bus = new MemoryBus({ clock: on.clock });
    const next = await startTestPlane({ clock: on.clock, store: on.store, bus });
    expect(await keys(bus)).toContain(`/lcm/sessions/${session.id}`);
    await next.stop();
  });
});

describe('readiness', () => {
  const ready = () => on.plane.app.inject({ method: 'GET', url: '/ready' });

  it('is lost while nothing gets to the bus, and says so', async () => {
    expect((await ready()).json()).toEqual({ status: 'ready' });
    on.bus.project = async () => {
      throw new Refusal('unavailable', 'the bus cannot be reached');
    };
    await scene.book(2);
    await on.clock.advance(15_000);
    const answer = await ready();
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '1']);
    expect(answer.json()).toMatchObject({ status: 503, detail: expect.stringContaining('projection') });
    expect((await on.plane.app.inject({ method: 'GET', url: '/health' })).statusCode).toBe(200);
  });

  it('is lost while the store does not answer', async () => {
    await on.store.close();
    const answer = await ready();
    expect(answer.json()).toMatchObject({ status: 503, detail: expect.stringContaining('the store') });
  });
});
