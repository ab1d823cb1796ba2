import { describe, expect, it } from 'vitest';
import { minute, region, template, workerWorld } from './world.ts';

describe('a launch that goes wrong', () => {
  it('is made in another zone when one has no capacity', async () => {
    const on = await workerWorld();
    on.cloud.capacity.set({ short: [{ zone: 'us-east-1a' }, { zone: 'us-east-1b' }] });
    on.start();
    const id = await on.serving();
    expect((await on.get(id)).attempt?.zone).toBe('us-east-1c');
    expect(on.alive()).toHaveLength(1);
  });

  it('waits for capacity where no zone has any, and goes on when there is some', async () => {
    const on = await workerWorld();
    on.cloud.capacity.set({ short: [{}] });
    on.start();
    const id = await on.want();
    await on.clock.advance(3 * minute);
    const waiting = await on.get(id);
    expect(waiting.status).toBe('PROVISIONING');
    expect(waiting.conditions.find(({ type }) => type === 'InstanceLaunched')).toMatchObject({
      status: 'False',
      reason: 'NoCapacity',
    });
    on.cloud.capacity.set({ short: [] });
    await on.until(id, 'RUNNING');
    expect(on.alive()).toHaveLength(1);
  });

  it('leaves one instance however often the answer is lost', async () => {
    const on = await workerWorld();
    on.start();
    on.loseAnswers('Action=RunInstances', 3);
    const id = await on.want();
    await on.until(id, 'RUNNING');
    expect(on.world.ledger.all().filter(({ kind }) => kind === 'instance')).toHaveLength(1);
  });

  it('finds its instance when the zone runs out while the answer is lost', async () => {
    const on = await workerWorld();
    on.start();
    on.loseAnswers('Action=RunInstances', 1);
    const id = await on.want();
    await on.clock.until(() => on.alive().length > 0);
    on.cloud.capacity.set({ short: [{}] });
    await on.until(id, 'RUNNING');
    expect(on.world.ledger.all().filter(({ kind }) => kind === 'instance')).toHaveLength(1);
  });

  it('leaves one instance however often the controller dies meanwhile', async () => {
    const on = await workerWorld();
    const id = await on.want();
    on.loseAnswers('Action=RunInstances', 3);
    for (let life = 0; life < 30; life++) {
      const controller = on.start();
      // Time stands still between two timers: so many turns let it come so far.
      for (let turn = 0; turn < life; turn++) await on.clock.advance(100);
      await on.crash(controller);
    }
    on.start();
    await on.until(id, 'RUNNING');
    expect(on.world.ledger.all().filter(({ kind }) => kind === 'instance')).toHaveLength(1);
  });

  it('fails for good, and tells a person, where no image matches', async () => {
    const on = await workerWorld();
    on.start();
    const id = await on.want({ amiNamePattern: 'nothing-like-it*' });
    await on.clock.until(async () => (await on.taskTitles()).length > 0, 60 * minute);
    const worker = await on.get(id);
    expect(worker.status).toBe('FAILED');
    expect(worker.history.filter(({ to }) => to === 'FAILED')).toHaveLength(3);
    await on.clock.advance(60 * minute);
    expect((await on.get(id)).history).toHaveLength(worker.history.length);
    expect((await on.taskTitles())[0]).toContain('failed 3 times');
  });

  it('is given up when CML never comes, and its instance goes', async () => {
    const on = await workerWorld({ limits: { failures: 1 } });
    Object.assign(on.world.delays, { cmlBootMs: 600 * minute });
    on.start();
    const id = await on.want();
    await on.until(id, 'FAILED');
    await on.clock.until(() => on.open().length === 0);
    expect((await on.get(id)).history.at(-1)?.reason).toContain('not ready after 1800 s');
    expect(on.alive()).toEqual([]);
  });
});

describe('a licence', () => {
  it('that is refused is reported to a person', async () => {
    const on = await workerWorld({ token: 'bad-token' });
    on.start();
    const id = await on.want();
    await on.clock.until(async () => (await on.taskTitles()).length > 0, 60 * minute);
    expect((await on.taskTitles())[0]).toContain('gets no licence');
    expect((await on.get(id)).status).toBe('STARTING');
  });

  it('waits for a seat of its pool', async () => {
    const on = await workerWorld({ settings: { licencePools: { ENTERPRISE: 1 } } });
    on.start();
    const first = await on.serving();
    const second = await on.want();
    await on.clock.advance(10 * minute);
    const waiting = await on.get(second);
    expect(waiting.status).toBe('STARTING');
    expect(waiting.conditions.find(({ type }) => type === 'Licensed')).toMatchObject({ reason: 'NoSeats' });
    await on.admin.workers.terminate({ params: { id: first }, body: {} });
    await on.until(second, 'RUNNING');
    expect(await on.seats()).toEqual([`${second}/1`]);
  });

  it('that cannot be given back does not hold the instance for ever, and its seat is free when a person says so', async () => {
    const on = await workerWorld();
    on.start();
    const id = await on.serving();
    on.cloud.faults.setPlan({ seed: 1, services: { cml: { error: 1 } } });
    await on.admin.workers.terminate({ params: { id }, body: {} });
    await on.until(id, 'TERMINATED');
    expect(on.alive()).toEqual([]);
    expect(await on.seats()).toEqual([`${id}/1`]);
    const [task] = (await on.admin.tasks.list({ query: {} })).items;
    expect(task?.title).toContain('was not given back');
    expect(task?.description).toMatch(/UDI [0-9a-f-]{8,}/);
    await on.clock.advance(10 * minute);
    expect(await on.seats()).toEqual([`${id}/1`]);
    await on.close(task?.id ?? '');
    await on.clock.advance(10 * minute);
    expect(await on.seats()).toEqual([]);
  });
});

describe('a worker that is lost', () => {
  it('is replaced, and its sessions are told', async () => {
    const on = await workerWorld();
    on.start();
    const id = await on.serving();
    const session = await on.book(id, 0, 3_600);
    const later = await on.book(id, 600 * minute);
    const [instance] = on.alive();
    on.cloud.instances.kill(instance?.id ?? '');
    await on.until(id, 'FAILED');
    await on.until(id, 'RUNNING');
    expect((await on.admin.sessions.get({ params: { id: session } })).status).toBe('PENDING');
    expect((await on.admin.sessions.get({ params: { id: later } })).status).toBe('SCHEDULED');
    expect((await on.get(id)).attempts).toBe(2);
    expect(on.alive()).toHaveLength(1);
    // The seat of the lost instance is still taken, and somebody was told.
    expect(await on.seats()).toEqual([`${id}/1`, `${id}/2`]);
    expect(on.open().filter((kind) => kind === 'licenceSeat')).toHaveLength(2);
    expect(await on.taskTitles()).toEqual([expect.stringContaining('was not given back')]);
  });

  it('is out of service while its CML is silent, and comes back with it', async () => {
    const on = await workerWorld();
    on.start();
    const id = await on.serving();
    on.cloud.faults.setPlan({ seed: 1, services: { cml: { error: 1 } } });
    await on.clock.advance(minute);
    expect((await on.get(id)).status).toBe('RUNNING');
    await on.until(id, 'STARTING', 10 * minute);
    on.cloud.faults.setPlan({ seed: 1, services: {} });
    await on.until(id, 'RUNNING');
    expect((await on.get(id)).attempts).toBe(1);
  });

  it('stops all automatic action when it is one of too many', async () => {
    const on = await workerWorld();
    on.start();
    const ids = [await on.serving(), await on.serving(), await on.serving()];
    for (const { id } of on.alive()) on.cloud.instances.kill(id);
    for (const id of ids) await on.until(id, 'FAILED');
    await on.clock.advance(30 * minute);
    expect(on.alive()).toEqual([]);
    expect(await on.taskTitles()).toContain('Automatic scaling and termination have stopped');
    for (const id of ids) await on.admin.workers.terminate({ params: { id }, body: {} });
    for (const id of ids) await on.until(id, 'TERMINATED');
    expect(await on.places()).toEqual([]);
  });
});

describe('a place in a region', () => {
  it('is free again in minutes when the worker that it was taken for never came to be', async () => {
    const on = await workerWorld();
    on.start();
    const id = await on.serving();
    const take = { type: 'take', id: 'workers/us-east-1', holder: 'w-never-made', amount: 1 } as const;
    const params = { id: take.id };
    await on.controller.internal.allowances.command({ params, body: { command: take } });
    await on.clock.advance(minute);
    expect(await on.places()).toEqual([id, 'w-never-made']);
    await on.clock.advance(4 * minute);
    expect(await on.places()).toEqual([id]);
  });
});

describe('an instance that no worker claims', () => {
  it('is terminated after it was seen again and again, and somebody is told', async () => {
    const on = await workerWorld();
    on.start();
    const id = await on.serving();
    const [known] = on.alive();
    if (!known) throw new Error('there is no instance');
    const { zone, subnetId, vpcId, imageId, type, securityGroupIds, nestedVirtualization } = known;
    const spec = { region, zone, subnetId, vpcId, imageId, type, securityGroupIds, nestedVirtualization };
    const ours = { 'lcm:installation': 'test', 'lcm:managed_by': 'lablet-cloud-manager' };
    on.cloud.instances.launch({ ...spec, tags: { ...ours, 'lcm:worker_id': 'w-forgotten' } }, 1);
    on.cloud.instances.launch({ ...spec, tags: { ...ours, 'lcm:installation': 'another' } }, 1);
    await on.clock.advance(5 * minute);
    expect(on.alive()).toHaveLength(3);
    await on.clock.advance(20 * minute);
    const left = on.alive().map(({ tags }) => tags['lcm:worker_id'] ?? tags['lcm:installation']);
    expect(left.sort()).toEqual(['another', id]);
    expect((await on.taskTitles())[0]).toContain('belonged to no worker');
  });
});

describe('a registration that is cut off before its nodes are bought', () => {
  it('has them bought before the worker serves', async () => {
    const on = await workerWorld();
    let cut = 0;
    on.beforeRequests(async (url) => {
      if (!url.endsWith('/licensing/features') || cut++ > 0) return;
      throw new TypeError('fetch failed', { cause: new Error('the connection was reset') });
    });
    on.start();
    const id = await on.serving();
    expect(cut).toBe(2);
    const { state } = await on.controller.internal.workerLedgers.get({ params: { id } });
    expect(state.capacity.nodes).toBe(template.maxNodes);
  });

  it('makes do with what CML has to give', async () => {
    const on = await workerWorld();
    on.start();
    const id = await on.serving({ maxNodes: 5_000 });
    const { state } = await on.controller.internal.workerLedgers.get({ params: { id } });
    expect(state.capacity.nodes).toBeLessThan(5_000);
    expect((await on.get(id)).licence?.nodeLimit).toBe(state.capacity.nodes);
  });
});
