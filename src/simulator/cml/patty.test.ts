import { connect, createServer, type Socket } from 'node:net';
import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { twoRouters } from './simulated-cml.fixture.ts';
import { type StandaloneCml, startStandaloneCml } from './standalone.ts';

const host = '127.0.0.1';
let cml: StandaloneCml;
let token: string;
let lab: string;
let serial: number;
let vnc: number;
let sockets: Socket[];

beforeEach(async () => {
  sockets = [];
  serial = await freePort();
  vnc = await freePort();
  cml = await startStandaloneCml({
    port: 0,
    delays: { nodeBootMs: 50, labStopMs: 20, licenceMs: 5 },
  });
  token = '';
  token = await call('POST', 'authenticate', { username: 'admin', password: 'admin' });
  await call('POST', 'licensing/registration', { token: 'good', reregister: false });
  const topology = twoRouters.replace(
    "'serial:5001', core",
    `'serial:${serial}', 'vnc:${vnc}', 'serial:9000'`,
  );
  lab = `labs/${(await call('POST', 'import', topology)).id}`;
  await systemClock.sleep(20);
  await call('PUT', `${lab}/start`);
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await cml.close();
});

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
async function call(method: string, path: string, body?: unknown): Promise<any> {
  const raw = typeof body === 'string';
  const response = await fetch(`${cml.url}/api/v0/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined || raw ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
}

/** A port within PATty's range that nobody has. */
async function freePort(): Promise<number> {
  for (let port = 7_000 + (process.pid % 900); port < 7_999; port++) {
    if (port === serial || !(await isFree(port))) continue;
    return port;
  }
  throw new Error('no free port within 7000-7999');
}

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });

/** Connects as soon as the port is open. */
async function open(port: number): Promise<{ socket: Socket; read(until: string): Promise<string> }> {
  for (let turn = 0; turn < 200; turn++) {
    const socket = await new Promise<Socket | undefined>((resolve) => {
      const attempt = connect(port, host);
      attempt.once('connect', () => resolve(attempt));
      attempt.once('error', () => resolve(undefined));
    });
    if (!socket) {
      await systemClock.sleep(20);
      continue;
    }
    sockets.push(socket);
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString();
    });
    const read = async (until: string) => {
      for (let wait = 0; wait < 200 && !text.includes(until); wait++) await systemClock.sleep(10);
      expect(text).toContain(until);
      const seen = text;
      text = '';
      return seen;
    };
    return { socket, read };
  }
  throw new Error(`port ${port} did not open`);
}

test('a serial tag opens the console of the booted node, telnet or not', async () => {
  const { socket, read } = await open(serial);
  await read('R1>');
  // IAC DO SUPPRESS-GO-AHEAD, then a command with a mistyped letter taken back.
  socket.write(Buffer.from([255, 253, 3]));
  socket.write('enax\x7fble\r\n');
  await read('R1#');
  socket.write('configure terminal\rinterface Loopback0\rip address 9.9.9.9 255.255.255.255\rend\r');
  await read('R1#');
  socket.write('show ip interface brief\n');
  expect(await read('Loopback0')).toContain('9.9.9.9');

  const [node] = await call('GET', `${lab}/nodes?data=true`);
  const log = await call('GET', `${lab}/nodes/${node.id}/consoles/0/log`);
  expect(log).toContain('R1(config-if)#ip address 9.9.9.9 255.255.255.255');
});

test('a VNC tag accepts connections, a stop closes all of them', async () => {
  const { socket } = await open(vnc);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await call('PUT', `${lab}/stop`);
  await closed;
  await systemClock.sleep(50);
  expect(await isFree(serial)).toBe(true);
  expect(await isFree(vnc)).toBe(true);
});

test('ports out of range and clashes are found in diagnostics and nowhere else', async () => {
  const { read } = await open(serial);
  await read('R1>');
  const nodes = await call('GET', `${lab}/nodes`);
  await call('PATCH', `${lab}/nodes/${nodes[2]}`, { tags: [`serial:${serial}`] });
  const { 'patty.service': patty } = await call('GET', 'diagnostics/services');
  expect(patty.log.join('\n')).toContain('serial:9000 is outside 2000-7999');
  expect(patty.log.join('\n')).toContain(`R2: serial:${serial}: the port is taken already`);
});

test('ports follow the tags when they change on running nodes', async () => {
  const { socket } = await open(serial);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const nodes = await call('GET', `${lab}/nodes`);
  await call('PATCH', `${lab}/nodes/${nodes[0]}`, { tags: [] });
  await call('PATCH', `${lab}/nodes/${nodes[2]}`, { tags: [`serial:${serial}`] });
  await closed;
  const { read } = await open(serial);
  await read('R2>');
});
