import { createServer } from 'node:net';
import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { patConsoles } from '@lcm/adapters/cml/consoles.ts';
import { cmlServers } from '@lcm/adapters/cml/servers.ts';
import { tlsFetch } from '@lcm/adapters/cml/tls-fetch.ts';
import { startStandaloneCml } from '@lcm/simulator/cml/standalone.ts';
import { expect, it, onTestFinished } from 'vitest';

const host = '127.0.0.1';

const topology = (router: number, server: number) => `
lab: {title: consoles, notes: '', version: 0.3.0}
nodes:
  - {id: n0, label: R1, node_definition: iosv, x: 0, y: 0, tags: ['serial:${router}'], configuration: "hostname R1\\ninterface GigabitEthernet0/0\\n ip address 10.0.0.1 255.255.255.0\\n no shutdown\\n", interfaces: [{id: i0, label: GigabitEthernet0/0, slot: 0, type: physical}]}
  - {id: n1, label: host, node_definition: alpine, x: 9, y: 0, tags: ['serial:${server}'], configuration: "hostname box\\n", interfaces: [{id: i0, label: eth0, slot: 0, type: physical}]}
links:
  - {id: l0, n1: n0, n2: n1, i1: i0, i2: i0, label: l}
`;

/** Ports within PATty's range that nobody has. */
async function freePorts(): Promise<[number, number]> {
  const free: number[] = [];
  for (let port = 5_000 + (process.pid % 900); port < 7_999; port++) {
    if (await isFree(port)) free.push(port);
    const [one, other] = free;
    if (one !== undefined && other !== undefined) return [one, other];
  }
  throw new Error('no free port within 5000-7999');
}

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });

it('the commands of a rubric can be run on every console that a lab has', async () => {
  const cml = await startStandaloneCml({ port: 0, delays: { nodeBootMs: 20, labStopMs: 10, licenceMs: 1 } });
  onTestFinished(() => cml.close());
  const fetch = tlsFetch({});
  onTestFinished(() => fetch.close());
  const credentials = async () => ({ username: 'admin', password: 'admin' });
  const { system, labs } = cmlServers({ fetch, clock: systemClock, clientId: 'test', credentials })(cml.url);
  await system.register('ENTERPRISE', 'good');
  const [router, server] = await freePorts();
  const { labId } = await labs.import(topology(router, server));
  await untilTrue(async () => (await system.licence()).authorization === 'IN_COMPLIANCE');
  await labs.start(labId);
  await untilTrue(async () => (await labs.nodes(labId)).every(({ state }) => state === 'BOOTED'));

  const consoles = patConsoles({ clock: systemClock, promptTimeoutMs: 5_000 });
  const deadline = new AbortController().signal;
  const shown = await consoles.run(
    host,
    router,
    ['show running-config', 'show ip interface brief'],
    deadline,
  );
  expect(shown['show running-config']).toMatch(/^hostname R1$/m);
  expect(shown['show running-config']).not.toContain('show running-config');
  expect(shown['show running-config']).not.toMatch(/R1#/);
  expect(shown['show ip interface brief']).toMatch(/GigabitEthernet0\/0\s+10\.0\.0\.1/);
  // The console is where it was left: privileged, and with the same paging.
  expect(await consoles.run(host, router, ['show ip interface brief'], deadline)).toEqual({
    'show ip interface brief': shown['show ip interface brief'],
  });
  expect(await consoles.run(host, server, ['hostname'], deadline)).toEqual({ hostname: 'box' });

  await labs.stop(labId);
  const gone = consoles.run(host, router, ['show version'], deadline);
  await expect(gone).rejects.toMatchObject({ code: 'unavailable' });
}, 30_000);

async function untilTrue(done: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 200; turn++) {
    if (await done()) return;
    await systemClock.sleep(25);
  }
  throw new Error('it never came about');
}
