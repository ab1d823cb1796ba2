import { connect } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';

// Clients of one event stream as plain sockets, in a thread of their own. They count the changes that they get.

const ask = z
  .object({ host: z.string(), port: z.number(), path: z.string(), clients: z.number() })
  .parse(workerData);

/** Changes by client, and the ends of lives. */
const changes = new Uint32Array(ask.clients);
let ready = 0;
let closed = 0;

for (let client = 0; client < ask.clients; client++) {
  const socket = connect({ host: ask.host, port: ask.port, noDelay: true });
  socket.write(`GET ${ask.path} HTTP/1.1\r\nHost: ${ask.host}\r\nAccept: text/event-stream\r\n\r\n`);
  let following = false;
  let tail = '';
  socket.on('data', (chunk) => {
    const text = tail + chunk.toString('latin1');
    if (!following) {
      following = text.includes('snapshot.complete');
      tail = following ? '' : text.slice(-200);
      if (following) ready += 1;
      return;
    }
    // An event's name may be cut by a chunk's end.
    const lines = text.split('\n');
    tail = lines.pop() ?? '';
    changes[client] =
      (changes[client] ?? 0) + lines.filter((line) => line.startsWith('event: lablet.session.')).length;
  });
  socket.on('close', () => {
    closed += 1;
  });
  socket.on('error', () => {});
}

parentPort?.on('message', () => {
  parentPort?.postMessage({ ready, closed, changes: [...changes] });
});
