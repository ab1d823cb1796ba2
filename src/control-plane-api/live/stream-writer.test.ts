import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StreamWriter } from './stream-writer.ts';

let server: Server;
let clock: VirtualClock;
beforeEach(async () => {
  clock = new VirtualClock();
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Both ends of a stream. */
async function open(): Promise<{ writer: StreamWriter; raw: ServerResponse; client: IncomingMessage }> {
  const asked = once(server, 'request');
  const request = get({ port: (server.address() as AddressInfo).port, agent: false });
  const raw: ServerResponse = (await asked)[1];
  const writer = new StreamWriter(raw, clock, {});
  const [client] = await once(request, 'response');
  client.on('error', () => {}); // the server hangs up on purpose
  return { writer, raw, client };
}

const MEGABYTE = `data: ${'x'.repeat(1_000_000)}\n\n`;

describe('a client that does not read', () => {
  it('is dropped once too much waits for it, and the writer never waits', async () => {
    const { writer, client } = await open();
    client.pause();
    for (let written = 0; written < 64 && !writer.signal.aborted; written++) {
      writer.write(MEGABYTE);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(writer.signal.aborted).toBe(true);
    await writer.ended;
    writer.write('nothing happens any more');
  });

  it('is dropped when it takes nothing between two heartbeats, however little waits', async () => {
    const { writer, raw, client } = await open();
    client.pause();
    while (!raw.writableNeedDrain) {
      writer.write(MEGABYTE.slice(0, 100_000));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await clock.advance(30_000);
    expect(writer.signal.aborted).toBe(false);
    await clock.advance(30_000);
    expect(writer.signal.aborted).toBe(true);
  });

  it('holds up what is written at its pace until it is gone', async () => {
    const { writer, raw, client } = await open();
    client.pause();
    const waiting = (async () => {
      while (!writer.signal.aborted) await writer.writeAndWait(Buffer.from(MEGABYTE));
    })();
    await expect.poll(() => raw.writableNeedDrain).toBe(true);
    client.destroy();
    await waiting;
  });
});

it('a client that reads is sent heartbeats and kept', async () => {
  const { writer, client } = await open();
  client.setEncoding('utf8');
  let text = '';
  client.on('data', (chunk: string) => {
    text += chunk;
  });
  for (let beat = 1; beat <= 3; beat++) await clock.advance(30_000);
  await expect.poll(() => text.match(/event: heartbeat/g)?.length).toBe(3);
  expect(writer.signal.aborted).toBe(false);
  writer.end();
  await once(client, 'end');
});
