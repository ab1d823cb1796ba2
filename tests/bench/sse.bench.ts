import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { dataFolder } from './data-folder.ts';
import type { BenchOptions, Measured } from './measured.ts';
import { type BenchPlane, startBenchPlane } from './plane.ts';
import { aDefinition, slotIn } from './scene.ts';
import { nowMs, percentile } from './statistics.ts';
import { connectClients, type StreamClients } from './stream-clients.ts';

export const names = ['sse-fanout-p99'];

/** Milliseconds between two changes: what the one before has stirred up is over. */
const REST_MS = 100;
/** About what a session's frame takes. */
const FRAME = `event: change\ndata: ${JSON.stringify({ data: 'x'.repeat(2_000) })}\n\n`;

/**
 * From the moment that a change is durable until each of 1,000 clients on loopback has it whole. The limit is a bare
 * HTTP server that writes a frame of that size to as many.
 */
export async function measure({ short }: BenchOptions): Promise<Measured[]> {
  const [clients, changes] = short ? [50, 3] : [1_000, 40];
  const note = `${clients} clients, ${changes} changes`;
  const limit = percentile(await bareDelays(clients, changes), 0.99);
  const value = percentile(await ourDelays(clients, changes), 0.99);
  return [{ name: 'sse-fanout-p99', value, unit: 'ms', limit, note }];
}

async function ourDelays(clients: number, changes: number): Promise<number[]> {
  await using folder = await dataFolder();
  await using plane = await startBenchPlane(folder.path);
  const body = { definitionId: await aDefinition(plane), ...slotIn(2) };
  const { id } = await plane.admin.sessions.book({ body });
  const { hostname: host, port } = new URL(plane.url);
  await using connected = await connectClients({
    host,
    port: Number(port),
    path: '/api/events/stream?kinds=session',
    clients,
    ready: 'snapshot.complete',
  });
  return await delaysOf(connected, changes, (number) => hold(plane, id, number % 2 === 0));
}

/** Gives when the change was durable. */
async function hold({ admin, store }: BenchPlane, id: string, on: boolean): Promise<number> {
  await (on ? admin.sessions.hold : admin.sessions.unhold)({ params: { id }, body: {} });
  return store.durableAt.get(`session/${id}`) ?? Number.NaN;
}

async function bareDelays(clients: number, changes: number): Promise<number[]> {
  const open = new Set<ServerResponse>();
  const server = createServer((_request, response) => {
    open.add(response);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('event: ready\n\n');
  });
  server.listen({ host: '127.0.0.1', port: 0, backlog: clients });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  try {
    await using connected = await connectClients({
      host: '127.0.0.1',
      port: address.port,
      path: '/',
      clients,
      ready: 'event: ready',
    });
    return await delaysOf(connected, changes, async () => {
      const at = nowMs();
      for (const response of open) response.write(FRAME);
      return at;
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Milliseconds of each change to each client. @param change makes the change, gives its moment */
async function delaysOf(
  connected: StreamClients,
  changes: number,
  change: (number: number) => Promise<number>,
): Promise<number[]> {
  const delays: number[] = [];
  for (let number = 0; number < changes + 1; number++) {
    await systemClock.sleep(REST_MS);
    const arriving = connected.nextChange();
    await systemClock.sleep(20);
    const at = await change(number);
    const times = await arriving;
    // The first warms up.
    if (number > 0) delays.push(...times.map((time) => time - at));
  }
  return delays;
}
