import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { readProcessNote } from '@lcm/simulator/process-note.ts';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ensureSimulator, type SimulatorProcess } from './simulator-process.ts';

const dataFolder = () => {
  const path = mkdtempSync(join(tmpdir(), 'lcm-ensure-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 10 }));
  return path;
};

async function ensure(dataDir: string, eventSink = 'http://127.0.0.1:9/'): Promise<SimulatorProcess> {
  const setup = { dataDir, port: 0, cmlPort: 8443, eventSink, eventToken: 'a-token', clock: systemClock };
  const simulator = await ensureSimulator(setup);
  onTestFinished(() => simulator.stop());
  return simulator;
}

const sinksOf = async ({ url }: SimulatorProcess) => (await fetch(`${url}/admin/event-sinks`)).json();

it('takes the simulator that is left from before, and tells it where its events go now', async () => {
  const dataDir = dataFolder();
  const before = await ensure(dataDir, 'http://127.0.0.1:1/api/events');
  const after = await ensure(dataDir, 'http://127.0.0.1:2/api/events');
  expect(after.url).toBe(before.url);
  expect(await sinksOf(after)).toEqual(['http://127.0.0.1:2/api/events']);
});

it('waits for one that is just starting for somebody else, and starts no second', async () => {
  const dataDir = dataFolder();
  const [one, other] = await Promise.all([
    ensure(dataDir, 'http://127.0.0.1:1/'),
    ensure(dataDir, 'http://127.0.0.1:1/'),
  ]);
  expect(one.url).toBe(other.url);
});

it('starts its own where something else answers at the address of one that is gone', async () => {
  const dataDir = dataFolder();
  const stranger = createServer((_request, reply) => reply.end('{"status":"ok"}'));
  await new Promise<void>((listening) => stranger.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    stranger.closeAllConnections();
    stranger.close();
  });
  const url = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
  const folder = join(dataDir, 'simulator');
  mkdirSync(folder);
  writeFileSync(join(folder, 'process.json'), JSON.stringify({ pid: process.pid, url }));
  const simulator = await ensure(dataDir);
  expect(simulator.url).not.toBe(url);
  expect(readProcessNote(folder)?.url).toBe(simulator.url);
});

it.runIf(existsSync('/proc/self/environ'))(
  'gives it no secret of ours, and shows others nothing of it',
  async () => {
    vi.stubEnv('LCM_SECRET_KEY', 'marker-of-a-secret');
    vi.stubEnv('LDS_EVENT_SECRET', 'marker-of-a-secret');
    onTestFinished(() => void vi.unstubAllEnvs());
    const dataDir = dataFolder();
    await ensure(dataDir);
    const folder = join(dataDir, 'simulator');
    const { pid } = readProcessNote(folder) ?? {};
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
    expect(environment).not.toContain('marker-of-a-secret');
    expect(environment).toContain('PATH=');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, 'simulator.log')).mode & 0o777).toBe(0o600);
  },
);

it('says where to look when it does not start', async () => {
  const squatter = createServer();
  await new Promise<void>((listening) => squatter.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void squatter.close());
  const { port } = squatter.address() as AddressInfo;
  const setup = {
    dataDir: dataFolder(),
    port,
    cmlPort: 8443,
    eventSink: 'http://127.0.0.1:9/',
    eventToken: 'a-token',
    clock: systemClock,
  };
  await expect(ensureSimulator(setup)).rejects.toThrow(/did not start; see .+simulator\.log/);
});
