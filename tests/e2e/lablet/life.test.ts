import { seedDefinitions, seedSolution } from '@lcm/cli/seeds/seed-definitions.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Consoles } from '@lcm/core/spi/console.ts';
import { readEvidence } from '@lcm/lablet-controller/evidence/package.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Lablets, startLablets } from './lablet.fixture.ts';

let on: Lablets;
beforeEach(async () => {
  on = await startLablets();
});
afterEach(() => on.stop());

/** A definition without a form has nothing to be shown in LDS. */
const WITHOUT_LDS = { formQualifiedName: undefined };

const seeds = await seedDefinitions();
const seed = (name: string) => {
  const found = seeds.find((one) => one.name === name);
  if (!found) throw new Error(`there is no definition ${name}`);
  return found;
};

async function booked(
  name: string,
  seconds = 1_800,
  changes: object = {},
  dependencies = (those: Lablets['dependencies']) => those,
) {
  on.startController(dependencies(on.dependencies));
  const definition = await on.publish({ ...seed(name), ...changes });
  const workerId = await on.upWorker();
  const { id } = await on.admin.sessions.book({
    body: { definitionId: definition.id, durationSeconds: seconds, candidate: { givenName: 'Ada' } },
  });
  await on.place(id, workerId);
  return { id, workerId };
}

async function released(id: string) {
  await on.untilStatus(id, 'STOPPED');
  await on.release(id);
}

/** Types the solution into the devices, as the candidate does on the page of LDS. */
async function solve(id: string, name: string) {
  for (const [label, configuration] of Object.entries((await seedSolution(name)) ?? {}))
    await on.sim(id, `devices/${label}/configuration`, 'PUT', { configuration, mode: 'merge' });
}

describe('a session', () => {
  test('lives from its placement to its score, and gives everything back', async () => {
    const { id, workerId } = await booked('vlan-trunk-troubleshooting');
    await on.untilStatus(id, 'READY');
    const ready = await on.session(id);
    expect(Object.keys(ready.lab?.ports ?? {})).toHaveLength(5);
    const [lab] = await on.labs.list();
    expect(lab?.notes).toContain(`lcm:test/${id}/1`);
    await on.sim(id, 'login');
    await on.untilStatus(id, 'RUNNING');
    await solve(id, 'vlan-trunk-troubleshooting');
    await on.sim(id, 'finish');
    await released(id);
    await on.untilStatus(id, 'ARCHIVED');

    const ended = await on.session(id);
    expect(ended.history.map(({ to }) => to)).toEqual([
      'PENDING',
      'SCHEDULED',
      'INSTANTIATING',
      'READY',
      'RUNNING',
      'COLLECTING',
      'GRADING',
      'STOPPING',
      'STOPPED',
      'ARCHIVED',
    ]);
    const texts = readEvidence(await on.content.get(ended.evidenceKey ?? '')).texts;
    expect(texts['config:SW1']).toContain('switchport trunk allowed vlan 10,20');
    const { items } = await on.admin.sessions.scoreReports({ params: { id } });
    expect(items).toHaveLength(1);
    expect(items[0]?.sections.map(({ name }) => name)).toEqual(['VLANs', 'Trunks', 'Inter-VLAN routing']);
    expect(await on.labs.list()).toEqual([]);
    expect((await on.ldsSessions(id)).map(({ state }) => state)).toEqual(['ARCHIVED']);
    const ledger = await on.admin.workers.ledger({ params: { id: workerId } });
    expect([ledger.reservations, ledger.ports]).toEqual([{}, {}]);
    expect(on.problems).toEqual([]);
  });
});

describe('a candidate', () => {
  test('who does nothing gets the score of nothing, from an external engine too', async () => {
    const grading = { ...seed('static-routing-basics').grading, engine: 'external' as const };
    const { id } = await booked('static-routing-basics', 600, { grading });
    await on.untilStatus(id, 'READY');
    await on.sim(id, 'login');
    await on.untilStatus(id, 'STOPPED', 1_200_000);
    await on.release(id);
    await on.untilStatus(id, 'ARCHIVED');
    const { items } = await on.admin.sessions.scoreReports({ params: { id } });
    expect(items).toMatchObject([{ engine: 'external', score: 0, maxScore: 10, passed: false }]);
    expect((await on.session(id)).gradeResult).toBe('FAIL');
  });

  test('whose consoles do not answer is not failed for it: a person is asked to look', async () => {
    const deaf: Consoles = {
      run: async (host, port) => {
        throw new Refusal('unavailable', `nothing answers at ${host}:${port}`);
      },
    };
    const { id } = await booked('static-routing-basics', 1_800, {}, (those) => ({
      ...those,
      consoles: deaf,
    }));
    await on.untilStatus(id, 'READY');
    await on.sim(id, 'login');
    await on.untilStatus(id, 'RUNNING');
    await solve(id, 'static-routing-basics');
    await on.sim(id, 'finish');
    await released(id);
    await on.untilStatus(id, 'ARCHIVED');
    const ended = await on.session(id);
    expect(ended.ending?.outcome).toBe('gradingFailed');
    expect(ended.gradeResult).toBeUndefined();
    const { items } = await on.admin.tasks.list();
    expect(items.map(({ about, description }) => [about?.id, description])).toEqual([
      [id, expect.stringContaining('output:R1:show ip route')],
    ]);
  });

  test('who never logs in is a no-show', async () => {
    const { id } = await booked('static-routing-basics', 1_200, { noShowAfterSeconds: 120 });
    await released(id);
    await on.untilStatus(id, 'EXPIRED');
    expect((await on.session(id)).ending).toMatchObject({ outcome: 'noShow' });
    expect((await on.ldsSessions(id)).map(({ state }) => state)).toEqual(['ARCHIVED']);
  });

  test('of a lab without LDS has it for the slot, and nothing is collected', async () => {
    const { id } = await booked('campus-sandbox', 300, WITHOUT_LDS);
    await on.untilStatus(id, 'RUNNING');
    await released(id);
    await on.untilStatus(id, 'ARCHIVED');
    const ended = await on.session(id);
    expect(ended.ending).toMatchObject({ outcome: 'completed' });
    expect(ended.evidenceKey).toBeUndefined();
  });
});

describe('a lab', () => {
  test('that nobody has written into is wiped and used again, with the ports it has', async () => {
    const { id, workerId } = await booked('campus-sandbox', 300, WITHOUT_LDS);
    await on.untilStatus(id, 'RUNNING');
    const first = (await on.session(id)).lab;
    await released(id);
    await on.untilStatus(id, 'ARCHIVED');
    const kept = await on.labs.list();
    expect(kept).toMatchObject([{ id: first?.cmlLabId, state: 'DEFINED_ON_CORE' }]);
    await on.pass(130_000);
    expect(await on.labs.list()).toEqual(kept);

    const again = await on.admin.sessions.book({
      body: { definition: { name: 'campus-sandbox' }, durationSeconds: 300 },
    });
    await on.place(again.id, workerId);
    await on.untilStatus(again.id, 'RUNNING');
    const second = (await on.session(again.id)).lab;
    expect([second?.cmlLabId, second?.ports]).toEqual([first?.cmlLabId, first?.ports]);
    const [lab] = await on.labs.list();
    expect(lab?.notes).toContain(`lcm:test/${again.id}/1`);
    expect(lab?.notes).not.toContain(id);
  });

  test('that holds the work of a candidate is never given to another', async () => {
    const { id } = await booked('static-routing-basics', 1_200);
    await on.untilStatus(id, 'READY');
    await on.sim(id, 'login');
    await on.untilStatus(id, 'RUNNING');
    await solve(id, 'static-routing-basics');
    await on.sim(id, 'finish');
    await released(id);
    await on.untilStatus(id, 'ARCHIVED');
    expect(await on.labs.list()).toEqual([]);
  });

  test('that LCM did not make is recorded, and what it uses counts as taken', async () => {
    on.startController();
    const workerId = await on.upWorker();
    const { labId } = await on.labs.import(FOREIGN);
    await on.labs.start(labId);
    await on.pass(70_000);
    const { items } = await on.admin.labRecords.list({ query: { workerId } });
    expect(items).toMatchObject([
      { source: 'discovery', cmlLabId: labId, title: 'not ours', status: 'BOOTED' },
    ]);
    const ledger = await on.admin.workers.ledger({ params: { id: workerId } });
    expect(ledger.foreign).toMatchObject({ cpuCores: 1, nodes: 1, ports: 1 });
    expect(ledger.ports).toEqual({ 2000: { foreign: true } });
    await on.labs.stop(labId);
    await on.pass(5_000);
    await on.labs.wipe(labId);
    await on.labs.delete(labId);
    await on.pass(70_000);
    const after = await on.admin.workers.ledger({ params: { id: workerId } });
    expect([after.foreign.nodes, after.ports]).toEqual([0, {}]);
  });

  test('of a session that is over is removed wherever it comes from', async () => {
    const { id } = await booked('campus-sandbox', 300, WITHOUT_LDS);
    await on.untilStatus(id, 'RUNNING');
    await released(id);
    await on.untilStatus(id, 'ARCHIVED');
    const stray = await on.labs.import(FOREIGN.replace('version:', `notes: 'lcm:test/${id}/1', version:`));
    await on.labs.start(stray.labId);
    await on.until('the removal', async () => (await on.labs.get(stray.labId)) === undefined);
  });
});

const refuse = async () => {
  throw new Refusal('rule', 'CML wants nothing of it');
};

const FOREIGN = `lab: {title: not ours, version: 0.3.0}
nodes:
  - {id: n0, label: X, node_definition: iosv, x: 0, y: 0, configuration: hostname X, tags: ['serial:2000'], interfaces: []}
links: []
`;

describe('a session that is paused', () => {
  test('goes on where it was, with the same lab, and is graded by what was done before and after', async () => {
    const { id } = await booked('vlan-trunk-troubleshooting', 2_400);
    await on.untilStatus(id, 'READY');
    await on.sim(id, 'login');
    await on.untilStatus(id, 'RUNNING');
    const before = (await on.session(id)).lab;
    await solve(id, 'vlan-trunk-troubleshooting');
    await on.admin.sessions.pause({ params: { id }, body: {} });
    await on.untilStatus(id, 'STOPPED');
    expect((await on.labs.list())[0]?.state).toBe('STOPPED');
    await on.admin.sessions.resume({ params: { id }, body: {} });
    await on.untilStatus(id, 'RUNNING');
    expect((await on.session(id)).lab).toEqual(before);
    expect(await on.labs.list()).toHaveLength(1);
    await on.sim(id, 'finish');
    await released(id);
    await on.untilStatus(id, 'ARCHIVED');
    const { items } = await on.admin.sessions.scoreReports({ params: { id } });
    expect(items[0]?.sections[1]).toMatchObject({ name: 'Trunks', score: 5 });
  });

  test('and runs out of time is graded by what was read back at the pause', async () => {
    const { id } = await booked('vlan-trunk-troubleshooting', 600);
    await on.untilStatus(id, 'READY');
    await on.sim(id, 'login');
    await on.untilStatus(id, 'RUNNING');
    await solve(id, 'vlan-trunk-troubleshooting');
    await on.admin.sessions.pause({ params: { id }, body: {} });
    await on.untilStatus(id, 'STOPPED');
    await on.until('time', async () => (await on.session(id)).ending !== undefined, 1_200_000);
    await released(id);
    await on.untilStatus(id, 'ARCHIVED');
    const { items } = await on.admin.sessions.scoreReports({ params: { id } });
    expect(items[0]?.sections[1]).toMatchObject({ name: 'Trunks', score: 5 });
  });

  test('may be reset: the lab starts as its author wrote it', async () => {
    const { id } = await booked('static-routing-basics', 2_400);
    await on.untilStatus(id, 'READY');
    await on.sim(id, 'login');
    await on.untilStatus(id, 'RUNNING');
    await solve(id, 'static-routing-basics');
    await on.admin.sessions.restart({ params: { id }, body: { mode: 'reset' } });
    await on.until('the way back', async () => {
      const { status, history } = await on.session(id);
      return status === 'RUNNING' && history.filter(({ to }) => to === 'RUNNING').length === 2;
    });
    const configuration = await on.labs.configurations((await on.session(id)).lab?.cmlLabId ?? '');
    expect(configuration['R1']).not.toContain('10.0.12.1');
  });

  test('and is cancelled gives everything back', async () => {
    const { id } = await booked('static-routing-basics', 2_400);
    await on.untilStatus(id, 'READY');
    await on.sim(id, 'login');
    await on.untilStatus(id, 'RUNNING');
    await on.admin.sessions.pause({ params: { id }, body: {} });
    await on.pass(250);
    await on.admin.sessions.cancel({ params: { id }, body: { reason: 'enough' } });
    await released(id);
    await on.untilStatus(id, 'TERMINATED');
    expect((await on.labs.list()).filter(({ notes }) => notes.includes(`${id}/`))).toEqual([]);
    expect((await on.ldsSessions(id)).map(({ state }) => state)).toEqual(['ARCHIVED']);
  });
});

describe('whatever goes wrong', () => {
  test('a session that is cancelled at any moment of its building leaves nothing behind', async () => {
    const { id: first, workerId } = await booked('static-routing-basics', 2_400);
    await on.untilStatus(first, 'READY');
    for (const waitMs of [0, 250, 500, 1_000, 2_000, 4_000]) {
      const { id } = await on.admin.sessions.book({
        body: { definition: { name: 'static-routing-basics' }, durationSeconds: 1_200 },
      });
      await on.place(id, workerId);
      await on.pass(waitMs);
      await on.admin.sessions.cancel({ params: { id }, body: { reason: 'changed my mind' } });
      await released(id);
      await on.untilStatus(id, 'TERMINATED');
      const left = (await on.ldsSessions(id)).filter(({ state }) => state !== 'ARCHIVED');
      const marked = (await on.labs.list()).filter(({ notes }) => notes.includes(`lcm:test/${id}/`));
      expect([left, marked]).toEqual([[], []]);
    }
    // The first one's lab, and at most one that was never touched and waits for another session.
    const ports = 4 * (await on.labs.list()).length;
    expect(ports).toBeLessThanOrEqual(8);
    const ledger = await on.admin.workers.ledger({ params: { id: workerId } });
    expect(Object.keys(ledger.ports)).toHaveLength(ports);
  });

  test('a lab that CML does not take is tried on other workers, then the session ends with a task', async () => {
    const { id, workerId } = await booked('static-routing-basics', 2_400);
    const refusing = {
      ...on.dependencies,
      cml: (url: string) => {
        const server = on.dependencies.cml(url);
        return { ...server, labs: { ...server.labs, import: refuse } };
      },
    };
    await on.stopAll();
    on.startController(refusing);
    for (let placement = 1; placement <= 3; placement++) {
      const wanted = placement < 3 ? 'PENDING' : 'STOPPED';
      await on.untilStatus(id, wanted);
      await on.release(id);
      if (placement < 3) await on.place(id, workerId, `p-${id}-${placement}`);
    }
    await on.untilStatus(id, 'TERMINATED');
    expect((await on.session(id)).ending).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('CML wants nothing of it'),
    });
    const { items } = await on.admin.tasks.list({ query: {} });
    expect(items).toMatchObject([{ about: { kind: 'session', id }, priority: 'high' }]);
    expect(await on.labs.list()).toEqual([]);
  });

  test('a worker that is lost under way ends the session, and it holds nothing', async () => {
    const { id, workerId } = await booked('static-routing-basics', 2_400);
    await on.untilStatus(id, 'READY');
    await on.sim(id, 'login');
    await on.untilStatus(id, 'RUNNING');
    const act = (type: 'fail') =>
      on.scheduler.internal.workers.command({ params: { id: workerId }, body: { command: { type } } });
    await act('fail');
    await released(id);
    await on.untilStatus(id, 'TERMINATED');
    expect((await on.session(id)).ending).toMatchObject({ outcome: 'workerLost' });
    expect((await on.ldsSessions(id)).map(({ state }) => state)).toEqual(['ARCHIVED']);
  });
});

describe('an import whose answer never comes', () => {
  test('leaves a double for a while, and one lab in the end', async () => {
    let lost = false;
    const slowImport = async (topology: string) => {
      if (lost) return on.labs.import(topology);
      lost = true;
      // The server goes on with it after the client has given up.
      on.clock.after(30_000, () => void on.labs.import(topology));
      throw new Refusal('unavailable', 'no answer in time');
    };
    const { id } = await booked('static-routing-basics', 2_400, {}, (dependencies) => ({
      ...dependencies,
      cml: (url) => {
        const server = dependencies.cml(url);
        return { ...server, labs: { ...server.labs, import: slowImport } };
      },
    }));
    await on.untilStatus(id, 'READY');
    await on.sim(id, 'login');
    await on.until('the double', async () => (await on.labs.list()).length === 2, 60_000);
    await on.until('its end', async () => (await on.labs.list()).length === 1, 200_000);
    const { lab } = await on.session(id);
    expect((await on.labs.list())[0]?.id).toBe(lab?.cmlLabId);
  });
});

describe('a large lab', () => {
  test('of 300 nodes is built, and told how far it is', async () => {
    const nodes = Array.from(
      { length: 300 },
      (_, index) =>
        `  - {id: n${index}, label: R${index}, node_definition: iosv, x: ${index}, y: 0, configuration: hostname R${index}, interfaces: [{id: i0, label: GigabitEthernet0/0, slot: 0, type: physical}]}`,
    );
    const topology = `lab: {title: large, version: 0.3.0}\nnodes:\n${nodes.join('\n')}\nlinks: []\n`;
    on.startController();
    const definition = await on.publish({ name: 'large', version: '1.0.0', topology, labReuse: false });
    const workerId = await on.upWorker({ cpuOvercommit: 8, maxNodes: 400 });
    const { id } = await on.admin.sessions.book({
      body: { definitionId: definition.id, durationSeconds: 1_200 },
    });
    await on.place(id, workerId);
    const seen = new Set<string>();
    await on.until('READY', async () => {
      const { status, pipelines } = await on.session(id);
      const message = pipelines.instantiate?.steps['lab_start']?.message;
      if (message) seen.add(message);
      return status === 'READY' || status === 'RUNNING';
    });
    expect([...seen].every((message) => /^\d+ of 300 nodes booted$/.test(message))).toBe(true);
    expect(seen.size).toBeGreaterThan(0);
    expect(Object.keys((await on.session(id)).lab?.ports ?? {})).toHaveLength(300);
    await on.admin.sessions.cancel({ params: { id }, body: {} });
    await released(id);
    await on.untilStatus(id, 'TERMINATED');
    expect(await on.labs.list()).toEqual([]);
  }, 60_000);
});

describe('stored evidence', () => {
  test('can be graded again, into another report', async () => {
    const { id } = await booked('vlan-trunk-troubleshooting');
    await on.untilStatus(id, 'READY');
    await on.sim(id, 'login');
    await on.untilStatus(id, 'RUNNING');
    await on.sim(id, 'finish');
    await released(id);
    await on.untilStatus(id, 'ARCHIVED');
    await on.admin.sessions.grade({ params: { id }, body: {} });
    const reports = async () => (await on.admin.sessions.scoreReports({ params: { id } })).items;
    await on.until('the second report', async () => (await reports()).length === 2);
    const [second, first] = await reports();
    expect(second?.score).toBe(first?.score);
    expect((await on.session(id)).scoreReportId).toBe(second?.id);
    await on.pass(120_000);
    expect(await reports()).toHaveLength(2);
  });
});

describe('events that are lost', () => {
  test('are made up for by looking at LDS', async () => {
    on.loseEvents();
    const { id } = await booked('vlan-trunk-troubleshooting');
    await on.untilStatus(id, 'READY');
    await on.sim(id, 'login');
    await on.untilStatus(id, 'RUNNING', 120_000);
    await on.sim(id, 'finish');
    await on.until('the evidence', async () => (await on.session(id)).evidenceKey !== undefined, 120_000);
  });
});

describe('a system that is paused', () => {
  test('begins nothing until it goes on', async () => {
    on.startController();
    await on.admin.settings.change({ body: { reconcilePaused: true } });
    const definition = await on.admin.definitions.create({ body: seed('static-routing-basics') });
    const status = async () => (await on.admin.definitions.get({ params: { id: definition.id } })).status;
    await on.pass(60_000);
    expect(await status()).toBe('PENDING_SYNC');
    await on.admin.settings.change({ body: { reconcilePaused: false } });
    await on.until('the sync', async () => (await status()) === 'ACTIVE', 30_000);
  });
});

describe('a warm pool', () => {
  test('keeps labs ready, and is filled up again when one is taken', async () => {
    const { id, workerId } = await booked('static-routing-basics', 1_200, { warmPoolDepth: 2 });
    const free = async () => {
      const { items } = await on.admin.labRecords.list({ query: { workerId } });
      return items.filter(({ boundTo, status }) => !boundTo && (status === 'DEFINED' || status === 'WIPED'));
    };
    await on.untilStatus(id, 'READY');
    await on.until('a full pool', async () => (await free()).length === 2, 200_000);
    const pooled = (await free()).map(({ cmlLabId }) => cmlLabId);
    const next = await on.admin.sessions.book({
      body: { definition: { name: 'static-routing-basics' }, durationSeconds: 1_200 },
    });
    await on.place(next.id, workerId);
    await on.untilStatus(next.id, 'READY');
    expect(pooled).toContain((await on.session(next.id)).lab?.cmlLabId);
    await on.until('a full pool', async () => (await free()).length === 2, 200_000);
    await on.pass(130_000);
    expect(await free()).toHaveLength(2);
    expect(await on.labs.list()).toHaveLength(4);
    const ledger = await on.admin.workers.ledger({ params: { id: workerId } });
    expect(Object.keys(ledger.ports)).toHaveLength(16);
  });
});

describe('a lab that its server does not start', () => {
  test('because the server has fewer nodes by now than are promised on it is built elsewhere at once', async () => {
    const { id, workerId } = await booked('static-routing-basics');
    await on.dependencies.cml('http://cml').system.setAdmission('ONLINE');
    const { workerLedgers } = on.scheduler.internal;
    const { state } = await workerLedgers.get({ params: { id: workerId } });
    const command = { type: 'setCapacity' as const, capacity: { ...state.capacity, nodes: 1 } };
    await workerLedgers.command({ params: { id: workerId }, body: { command } });
    await on.untilStatus(id, 'PENDING', 60_000);
    const { pipelines, avoidWorkers } = await on.session(id);
    expect(pipelines.instantiate?.steps['lab_start']?.message).toContain('has 1 nodes by now');
    expect(avoidWorkers).toEqual([workerId]);
  });

  test('for a while is waited for', async () => {
    const { id } = await booked('static-routing-basics');
    const { system } = on.dependencies.cml('http://cml');
    await system.setAdmission('ONLINE');
    await on.pass(60_000);
    expect((await on.session(id)).status).toBe('INSTANTIATING');
    await system.setAdmission('READY');
    await on.untilStatus(id, 'READY');
  });
});
