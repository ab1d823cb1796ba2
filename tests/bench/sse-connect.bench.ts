import { once } from 'node:events';
import { createServer } from 'node:http';
import { dataFolder } from './data-folder.ts';
import type { BenchOptions, Measured } from './measured.ts';
import { type BenchPlane, startBenchPlane } from './plane.ts';
import { aDefinition, slotIn } from './scene.ts';
import { median } from './statistics.ts';
import { connectClients } from './stream-clients.ts';

export const names = ['sse-connect-1000'];

const READY = 'event: snapshot.complete';

/**
 * Clients of the event stream that all connect at once, over as many live sessions: until the last has its
 * snapshot. The limit is a bare HTTP server that answers each with the same bytes from memory.
 */
export async function measure({ short }: BenchOptions): Promise<Measured[]> {
  const [clients, turns] = short ? [50, 1] : [1_000, 3];
  await using folder = await dataFolder();
  await using plane = await startBenchPlane(folder.path);
  await bookMany(plane, clients);
  const bytes = await snapshotOf(plane);
  await using bare = await startBare(bytes, clients);
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < turns; turn++) {
    theirs.push(await connectMs(bare.url, clients));
    ours.push(await connectMs(plane.url, clients));
  }
  const note = `${clients} clients, ${clients} sessions, ${Math.round(bytes.length / 1_000)} kB each`;
  return [{ name: 'sse-connect-1000', value: median(ours), unit: 'ms', limit: median(theirs), note }];
}

async function bookMany(plane: BenchPlane, sessions: number): Promise<void> {
  const definitionId = await aDefinition(plane);
  const book = (hours: number) => plane.admin.sessions.book({ body: { definitionId, ...slotIn(hours) } });
  await Promise.all(Array.from({ length: sessions }, (_, number) => book(1 + (number % 8))));
}

/** Everything that a client is sent before it is up to date. */
async function snapshotOf({ url }: BenchPlane): Promise<Buffer> {
  const stop = new AbortController();
  const response = await fetch(`${url}/api/events/stream`, { signal: stop.signal });
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes(READY) && text.endsWith('\n\n')) break;
  }
  stop.abort();
  return Buffer.from(text);
}

/** Milliseconds until the last is ready. */
async function connectMs(url: string, clients: number): Promise<number> {
  const { hostname: host, port } = new URL(url);
  const path = '/api/events/stream';
  await using connected = await connectClients({ host, port: Number(port), path, clients, ready: READY });
  return Math.max(...connected.readyAfterMs);
}

async function startBare(bytes: Buffer, backlog: number): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(bytes);
  });
  server.listen({ host: '127.0.0.1', port: 0, backlog });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
