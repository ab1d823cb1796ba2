import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeInstancesCommand,
  EC2Client,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { fixedResourceId } from './ec2/resource-id.ts';
import type { SimulatorOptions } from './options.ts';
import { IN_USE_STATUS, readProcessNote, stillRuns } from './process-note.ts';
import { startSimulator } from './simulator.ts';

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

const delays = { instanceBootMs: 100, cmlBootMs: 200, instanceStopMs: 50, nodeBootMs: 100, licenceMs: 50 };
const topology = `
lab: {title: one, description: '', notes: '', version: 0.1.0}
nodes:
  - {id: n0, label: a, node_definition: iosv, tags: ['serial:2001'], x: 0, y: 0, configuration: hostname router-a, interfaces: []}
links: []
`;
const onLinux = process.platform === 'linux';

async function freshDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'lcm-simulator-'));
  ending.push(() => rm(directory, { recursive: true }));
  return directory;
}

async function start(options: Partial<SimulatorOptions> = {}) {
  const dataDir = options.dataDir ?? (await freshDirectory());
  const simulator = await startSimulator({ dataDir, port: 0, delays, ...options });
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await simulator.close();
  };
  ending.push(close);
  return { ...drive(simulator.url), close, dataDir };
}

/** What a test does with a simulator, wherever it runs. */
function drive(url: string) {
  const ec2 = new EC2Client({
    region: 'us-east-1',
    endpoint: `${url}/aws/ec2`,
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
  ending.push(() => ec2.destroy());
  const admin = async (method: string, path: string, body?: unknown) => {
    const init =
      body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await fetch(`${url}/admin${path}`, { method, ...init });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  };
  const run = async () => {
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        ImageId: fixedResourceId('ami', 'us-east-1/cisco-cml2.9-lablet-v0.1.8'),
        InstanceType: 'm5zn.metal',
        MinCount: 1,
        MaxCount: 1,
      }),
    );
    return Instances?.[0]?.InstanceId ?? '';
  };
  const look = async (id: string) => {
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    return Reservations?.[0]?.Instances?.[0];
  };
  const untilState = (id: string, state: string) =>
    until(async () => (await look(id))?.State?.Name === state);
  const cmlReady = async (id: string) => {
    const { body } = await admin('GET', `/instances/${id}/address`);
    return body.cmlUrl !== undefined && (await cmlSays(body.cmlUrl)) === 'ready';
  };
  return { url, ec2, admin, run, look, untilState, untilCmlReady: (id: string) => until(() => cmlReady(id)) };
}

async function cmlSays(cmlUrl: string): Promise<'ready' | 'not ready' | 'refused'> {
  try {
    const response = await fetch(`${cmlUrl}/api/v0/system_information`);
    const answer = (await response.json()) as { ready?: boolean };
    return answer.ready ? 'ready' : 'not ready';
  } catch {
    return 'refused';
  }
}

/** What a console says to somebody who presses return. */
function firstWords(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port }, () => socket.write('\r\n'));
    let heard = '';
    socket.on('error', reject);
    socket.on('data', (text) => {
      heard += text.toString();
      if (!heard.includes('router-a')) return;
      socket.destroy();
      resolve(heard);
    });
  });
}

async function until(done: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await done()) return;
    await systemClock.sleep(25);
  }
  throw new Error('it never came about');
}

describe('an instance of the simulated cloud', () => {
  it('carries a CML server at its own address from boot to stop and again after a start', async () => {
    const { ec2, admin, run, look, untilState, untilCmlReady } = await start();
    const id = await run();
    expect((await admin('GET', `/instances/${id}/address`)).status).toBe(409);
    await untilCmlReady(id);
    const { cmlUrl, consoleHost } = (await admin('GET', `/instances/${id}/address`)).body;
    const instance = await look(id);
    expect(consoleHost).toBe(instance?.PublicIpAddress);
    if (onLinux) {
      expect(cmlUrl).toBe(`http://${instance?.PublicIpAddress}:8443`);
      expect(await cmlSays(`http://${instance?.PrivateIpAddress}:8443`)).toBe('ready');
    }

    await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    await until(async () => (await cmlSays(cmlUrl)) === 'refused');
    await untilState(id, 'stopped');
    await ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
    await untilCmlReady(id);
  });

  it('has a CML server that is not ready yet while it boots', async () => {
    const { admin, run, untilState } = await start({ delays: { ...delays, cmlBootMs: 60_000 } });
    const id = await run();
    await untilState(id, 'running');
    await until(async () => (await admin('GET', `/instances/${id}/address`)).status === 200);
    const { cmlUrl } = (await admin('GET', `/instances/${id}/address`)).body;
    expect(await cmlSays(cmlUrl)).toBe('not ready');
  });

  it.runIf(onLinux)('serves the consoles of its nodes at the same address', async () => {
    const { admin, run, untilCmlReady } = await start();
    const id = await run();
    await untilCmlReady(id);
    const { cmlUrl, consoleHost } = (await admin('GET', `/instances/${id}/address`)).body;
    let token = '';
    const cml = async (method: string, path: string, body?: string | object) => {
      const response = await fetch(`${cmlUrl}/api/v0${path}`, {
        method,
        headers: {
          ...(token && { authorization: `Bearer ${token}` }),
          ...(typeof body === 'object' && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return text === '' ? undefined : JSON.parse(text);
    };
    token = await cml('POST', '/authenticate', { username: 'admin', password: 'admin' });
    await cml('POST', '/licensing/registration', { token: 'good-token', reregister: false });
    await until(async () => (await cml('GET', '/licensing')).authorization.status === 'IN_COMPLIANCE');
    const lab = (await cml('POST', '/import', topology)).id;
    await cml('PUT', `/labs/${lab}/start`);
    await until(async () => (await cml('GET', `/labs/${lab}/check_if_converged`)) === true);
    expect(await firstWords(consoleHost, 2001)).toContain('router-a');
    expect((await admin('GET', '/ledger')).body.counts.runningLab).toEqual({ open: 1, total: 1 });
  });

  it('leaves nothing in the ledger when it is gone', async () => {
    const { ec2, admin, run, untilState, untilCmlReady } = await start();
    const ids = [await run(), await run()];
    for (const id of ids) await untilCmlReady(id);
    expect((await admin('GET', '/ledger')).body.counts.instance).toEqual({ open: 2, total: 2 });
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: ids.slice(0, 1) }));
    expect((await admin('POST', `/instances/${ids[1]}/kill`)).status).toBe(204);
    for (const id of ids) await untilState(id, 'terminated');
    const { body } = await admin('GET', '/ledger');
    expect(body.open).toEqual([]);
    expect(body.costUsd).toBeGreaterThan(0);
    expect((await admin('GET', '/health')).body).toMatchObject({ status: 'ok', problems: [] });
  });
});

describe('the simulator', () => {
  it('goes on where it was when it is closed and started again', async () => {
    const first = await start({ delays: { ...delays, instanceBootMs: 1_500 } });
    const id = await first.run();
    const before = await first.look(id);
    await first.close();
    const second = await start({ dataDir: first.dataDir });
    expect(await second.look(id)).toMatchObject({
      State: { Name: 'pending' },
      LaunchTime: before?.LaunchTime,
      PrivateIpAddress: before?.PrivateIpAddress,
    });
    await second.untilCmlReady(id);
    expect(await second.run()).not.toBe(id);
  });

  it('survives being killed: the same instance goes on booting', async () => {
    const dataDir = await freshDirectory();
    const first = await spawnSimulator(dataDir);
    const before = drive(first.url);
    await before.admin('PUT', '/delays', { ...delays, instanceBootMs: 1_500 });
    const id = await before.run();
    const instance = await before.look(id);
    first.process.kill('SIGKILL');
    await first.exited;

    const second = await spawnSimulator(dataDir);
    const after = drive(second.url);
    expect((await after.look(id))?.PrivateIpAddress).toBe(instance?.PrivateIpAddress);
    await after.untilCmlReady(id);
    expect((await after.admin('GET', '/ledger')).body.counts.instance).toEqual({ open: 1, total: 1 });
    second.process.kill('SIGTERM');
    expect(await second.exited).toBe(0);
  });

  it('can share the machine with another', async () => {
    const [one, other] = [await start(), await start()];
    const [a, b] = [await one.run(), await other.run()];
    await one.untilCmlReady(a);
    await other.untilCmlReady(b);
    const addresses = [await one.look(a), await other.look(b)].map((each) => each?.PrivateIpAddress);
    if (onLinux) expect(addresses[0]).not.toBe(addresses[1]);
  });

  it.runIf(onLinux)('says so when an instance can not be listened on', async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, '0.0.0.0', resolve));
    ending.push(() => new Promise((done) => squatter.close(done)));
    const address = squatter.address();
    const cmlPort = typeof address === 'object' && address ? address.port : 0;
    const { admin, run, untilState } = await start({ cmlPort });
    const id = await run();
    await untilState(id, 'running');
    await until(async () => (await admin('GET', '/health')).body.problems.length > 0);
    expect((await admin('GET', '/health')).body.problems[0]).toMatch(new RegExp(`${id}.*EADDRINUSE`));
  });

  it('does not start twice on the same state, nor on a port that is taken', async () => {
    const { url, dataDir } = await start();
    await expect(
      startSimulator({ dataDir: await freshDirectory(), port: Number(new URL(url).port) }),
    ).rejects.toThrow('EADDRINUSE');
    const second = await spawnSimulator(dataDir).catch((error: Error) => error.message);
    expect(second).toBe(`the simulator ended with ${IN_USE_STATUS}`);
    expect(await stillRuns({ url, pid: process.pid })).toBe(true);
  });

  it('leaves word in its folder of where it is, until it ends', async () => {
    const { url, close, dataDir } = await start();
    const note = readProcessNote(dataDir);
    expect(note).toEqual({ url, pid: process.pid });
    expect(await stillRuns({ url, pid: process.pid })).toBe(true);
    expect(await stillRuns({ url, pid: process.pid + 1 })).toBe(false);
    await close();
    expect(await stillRuns({ url, pid: process.pid })).toBe(false);
    expect(readProcessNote(dataDir)).toBeUndefined();
  });

  it('begins anew on reset', async () => {
    const { admin, run, look, untilCmlReady } = await start();
    const id = await run();
    expect((await admin('POST', '/reset')).status).toBe(204);
    await expect(look(id)).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' });
    expect((await admin('GET', '/ledger')).body).toEqual({ open: [], all: [], counts: {}, costUsd: 0 });
    await untilCmlReady(await run());
  });
});

describe('admin', () => {
  it('changes the delays of what is launched from then on', async () => {
    const { admin, run, untilState } = await start({ delays: { instanceBootMs: 3_600_000 } });
    expect((await admin('PUT', '/delays', { instanceBootMs: 10 })).body.instanceBootMs).toBe(10);
    await untilState(await run(), 'running');
    expect((await admin('PUT', '/delays', { instanceBoot: 10 })).status).toBe(400);
  });

  it('makes capacity short, and enough again', async () => {
    const { admin, run } = await start();
    await admin('PUT', '/capacity', { short: [{ type: 'm5zn.metal' }] });
    await expect(run()).rejects.toMatchObject({ name: 'InsufficientInstanceCapacity' });
    await admin('PUT', '/capacity', { short: [] });
    await expect(run()).resolves.toMatch(/^i-/);
  });

  it('makes a service fail without failing itself', async () => {
    const { admin, run } = await start();
    await admin('PUT', '/faults', { seed: 3, services: { ec2: { error: 1 } } });
    await expect(run()).rejects.toMatchObject({ $metadata: { httpStatusCode: expect.any(Number) } });
    await admin('PUT', '/faults', { seed: 3, services: { ec2: { resetBefore: 1 } } });
    await expect(run()).rejects.toThrow();
    expect((await admin('GET', '/ledger')).body.all).toEqual([]);
    await admin('PUT', '/faults', { seed: 3, services: { ec2: { resetAfter: 1 } } });
    await expect(run()).rejects.toThrow();
    expect((await admin('GET', '/ledger')).body.open).toHaveLength(1);
    expect((await admin('PUT', '/faults', { seed: 3, services: { s3: {} } })).status).toBe(400);
  });
});

/** Starts the simulator as a process of its own, on a port of its own. */
async function spawnSimulator(dataDir: string) {
  const main = join(import.meta.dirname, 'main.ts');
  const args = ['--disable-warning=ExperimentalWarning', main, '--data-dir', dataDir, '--port', '0'];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  ending.push(() => {
    child.kill('SIGKILL');
    return exited;
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (text: Buffer) => {
      const match = /listens on (\S+)/.exec(text.toString());
      if (match?.[1]) resolve(match[1]);
    });
    exited.then((code) => reject(new Error(`the simulator ended with ${code}`)), reject);
  });
  return { process: child, exited, url };
}
