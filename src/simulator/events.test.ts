import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { type CloudEvent, type EventSender, openEventSender } from './events.ts';
import { virtualWorld } from './virtual-world.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const sinkUrl = 'http://sink.test/events';
const started = { type: 'test.started.v1', subject: 'session-1', data: { n: 1 } };
const ended = { type: 'test.ended.v1', subject: 'session-1', data: { n: 2 } };

/** A sink in this process that gives those answers one after the other, and 202 from then on. */
function scriptedSink(...answers: (number | 'broken' | Response)[]) {
  const taken: { at: string; event: CloudEvent }[] = [];
  let attempts = 0;
  const fetch: typeof globalThis.fetch = async (url, init) => {
    attempts += 1;
    const answer = answers.shift() ?? 202;
    if (answer === 'broken') throw new TypeError('fetch failed');
    const response = answer instanceof Response ? answer : new Response(null, { status: answer });
    if (response.ok) taken.push({ at: String(url), event: JSON.parse(String(init?.body)) });
    return response;
  };
  return { fetch, taken, types: () => taken.map(({ event }) => event.type), attempts: () => attempts };
}

function senderOn(
  world: ReturnType<typeof virtualWorld>,
  sink: ReturnType<typeof scriptedSink>,
  more: Partial<Parameters<typeof openEventSender>[1]> = {},
): EventSender {
  const options = { name: 'test', source: 'https://test', sinks: [sinkUrl], fetch: sink.fetch, ...more };
  const sender = openEventSender(world, options);
  closers.push(() => sender.close());
  return sender;
}

describe('the event sender', () => {
  it('posts a structured CloudEvent over HTTP', async () => {
    const requests: { headers: IncomingMessage['headers']; body: string }[] = [];
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      requests.push({ headers: request.headers, body });
      response.writeHead(202).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as AddressInfo;
    const world = { ...virtualWorld(), clock: systemClock };
    const sinks = [`http://127.0.0.1:${port}/events`];
    const sender = openEventSender(world, { name: 'test', source: 'https://test', sinks });
    closers.push(() => sender.close());

    const id = sender.emit(started);
    await expect.poll(() => sender.undelivered(), { timeout: 5_000 }).toEqual([]);

    expect(requests).toHaveLength(1);
    expect(requests[0]?.headers['content-type']).toBe('application/cloudevents+json');
    expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({
      ...started,
      specversion: '1.0',
      id,
      source: 'https://test',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  it('tries again until the sink takes the event, and keeps the order within a subject', async () => {
    const world = virtualWorld();
    // 401: a sink that started anew, until it has told of its new token.
    const sink = scriptedSink('broken', 503, 401, 500);
    const sender = senderOn(world, sink);

    sender.emit(started);
    sender.emit(ended);
    await world.clock.advance(60_000);

    expect(sink.types()).toEqual(['test.started.v1', 'test.ended.v1']);
    expect(sender.undelivered()).toEqual([]);
  });

  it('drops an event that no attempt of five minutes could deliver', async () => {
    const world = virtualWorld();
    const sink = scriptedSink(...Array<'broken'>(200).fill('broken'));
    const sender = senderOn(world, sink);

    sender.emit(started);
    await world.clock.advance(4 * 60_000);
    expect(sender.undelivered()).toHaveLength(1);
    await world.clock.advance(2 * 60_000);

    expect(sender.undelivered()).toEqual([]);
    expect(sink.taken).toEqual([]);
    expect(sink.attempts()).toBeGreaterThan(10);
  });

  it('does not repeat an event that the sink refuses for good', async () => {
    const world = virtualWorld();
    const sink = scriptedSink(400);
    senderOn(world, sink).emit(started);
    await world.clock.advance(60_000);
    expect(sink.attempts()).toBe(1);
  });

  it('counts a sink that does not answer in time as broken', async () => {
    const world = virtualWorld();
    let calls = 0;
    const sender = openEventSender(world, {
      name: 'test',
      source: 'https://test',
      sinks: [sinkUrl],
      answerWithinMs: 1_000,
      fetch: (_url, init) => {
        calls += 1;
        if (calls > 1) return Promise.resolve(new Response(null, { status: 202 }));
        return new Promise((_resolve, reject) =>
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)),
        );
      },
    });
    closers.push(() => sender.close());
    sender.emit(started);
    await world.clock.advance(10_000);
    expect(calls).toBe(2);
    expect(sender.undelivered()).toEqual([]);
  });

  it('sends nothing more to a sink that answered 410', async () => {
    const world = virtualWorld();
    const sink = scriptedSink(410);
    const sender = senderOn(world, sink);
    sender.emit(started);
    sender.emit(ended);
    await world.clock.advance(60_000);
    sender.emit({ ...started, subject: 'session-2' });
    await world.clock.advance(60_000);

    expect(sink.attempts()).toBe(1);
    expect(sender.undelivered()).toEqual([]);
  });

  it('leaves a sink alone as long as its 429 asks for, and then delivers', async () => {
    const world = virtualWorld();
    const busy = new Response(null, { status: 429, headers: { 'retry-after': '900' } });
    const sink = scriptedSink(busy);
    const sender = senderOn(world, sink);
    sender.emit(started);
    await world.clock.advance(1_000);
    sender.emit({ ...started, subject: 'session-2' });
    await world.clock.advance(890_000);
    expect(sink.attempts()).toBe(1);

    await world.clock.advance(60_000);
    expect(sink.taken).toHaveLength(2);
  });

  it('resumes after a restart where it stopped', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'events-'));
    closers.push(() => rmSync(folder, { recursive: true }));
    const first = virtualWorld(join(folder, 'state.sqlite'));
    const before = openEventSender(first, {
      name: 'test',
      source: 'https://test',
      sinks: [sinkUrl],
      fetch: scriptedSink('broken').fetch,
    });
    const ids = [before.emit(started), before.emit(ended)];
    await first.clock.advance(10);
    before.close();
    first.state.close();

    const second = virtualWorld(join(folder, 'state.sqlite'));
    closers.push(() => second.state.close());
    const sink = scriptedSink();
    senderOn(second, sink);
    await second.clock.advance(1_000);
    expect(sink.taken.map(({ event }) => event.id)).toEqual(ids);
  });

  it('sends what waits for a sink that has moved to where it is now, in order', async () => {
    const world = virtualWorld();
    const sink = scriptedSink('broken', 'broken');
    const sinks = ['http://before.test/'];
    const sender = senderOn(world, sink, { sinks });
    sender.emit(started);
    await world.clock.advance(100);
    sinks[0] = 'http://after.test/';
    sender.emit(ended);
    await world.clock.advance(60_000);
    expect(sink.taken.map(({ at, event }) => [at, event.type])).toEqual([
      ['http://after.test/', 'test.started.v1'],
      ['http://after.test/', 'test.ended.v1'],
    ]);
  });

  it('loses or doubles an event where fate has it so, doubles keeping their id', async () => {
    const world = virtualWorld();
    const copies = [0, 2, 1];
    const sink = scriptedSink();
    const sender = senderOn(world, sink, { eventFate: () => ({ copies: copies.shift() ?? 1, delayMs: 0 }) });
    const [, doubled, plain] = [sender.emit(started), sender.emit(started), sender.emit(ended)];
    await world.clock.advance(1_000);
    expect(sink.taken.map(({ event }) => event.id)).toEqual([doubled, doubled, plain]);
  });

  it('lets a late event be overtaken, and sends it however often the sender ends meanwhile', async () => {
    const world = virtualWorld();
    const delays = [5_000, 0];
    const before = scriptedSink();
    const sender = senderOn(world, before, {
      eventFate: () => ({ copies: 1, delayMs: delays.shift() ?? 0 }),
    });
    const [late, prompt] = [sender.emit(started), sender.emit(ended)];
    await world.clock.advance(1_000);
    expect(before.taken.map(({ event }) => event.id)).toEqual([prompt]);
    sender.close();

    const after = scriptedSink();
    senderOn(world, after);
    await world.clock.advance(3_000);
    expect(after.taken).toEqual([]);
    await world.clock.advance(1_000);
    expect(after.taken.map(({ event }) => event.id)).toEqual([late]);
  });

  it('sends an event to the callbacks given with it too, once per address', async () => {
    const world = virtualWorld();
    const sink = scriptedSink();
    senderOn(world, sink).emit(started, ['http://callback.test/', sinkUrl]);
    await world.clock.advance(1_000);
    expect(sink.taken.map(({ at }) => at).toSorted()).toEqual(['http://callback.test/', sinkUrl]);
  });
});
