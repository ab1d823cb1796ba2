import { connect } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { nowMs } from './statistics.ts';

// Many clients of one event stream, as plain sockets: a change is there when a chunk ends with its empty line.

const ask = z
  .object({ host: z.string(), port: z.number(), path: z.string(), clients: z.number(), ready: z.string() })
  .parse(workerData);

const startedAt = nowMs();
/** By client; 0 until it has the change. */
const arrivedAt = new Float64Array(ask.clients);
let waiting = ask.clients;
let everyoneReady = false;

const arrived = (client: number) => {
  if (arrivedAt[client] !== 0) return;
  arrivedAt[client] = nowMs();
  waiting -= 1;
  if (waiting > 0) return;
  const since = everyoneReady ? 0 : startedAt;
  parentPort?.postMessage(Array.from(arrivedAt, (at) => at - since));
};

for (let client = 0; client < ask.clients; client++) {
  const socket = connect({ host: ask.host, port: ask.port, noDelay: true });
  socket.write(`GET ${ask.path} HTTP/1.1\r\nHost: ${ask.host}\r\nAccept: text/event-stream\r\n\r\n`);
  let end = '';
  socket.on('data', (chunk) => {
    if (everyoneReady) {
      if (endsFrame(chunk) && chunk.indexOf('event: heartbeat') < 0) arrived(client);
      return;
    }
    // A mark may come in two pieces.
    const text = end + chunk.toString('latin1');
    if (text.includes(ask.ready)) arrived(client);
    end = text.slice(-ask.ready.length);
  });
  socket.on('error', (error) => {
    throw error;
  });
}

parentPort?.on('message', () => {
  everyoneReady = true;
  arrivedAt.fill(0);
  waiting = ask.clients;
});

/** In chunked coding, a chunk's own line end follows the empty line that ends a frame. */
function endsFrame(chunk: Buffer): boolean {
  return chunk.subarray(-4).toString('latin1') === '\n\n\r\n';
}
