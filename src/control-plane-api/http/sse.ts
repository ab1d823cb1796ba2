import { once } from 'node:events';
import { type BusEvent, CompactedError } from '@lcm/core/spi/state-bus.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticate, Caller } from '../auth/caller.ts';
import type { Services } from '../services.ts';
import { type LiveFilter, LiveView, parseFilter } from './live-view.ts';

/** Silence after which a heartbeat is sent. */
const HEARTBEAT_MS = 30_000;
/** Bytes that may wait for a slow client before it is dropped; it comes back with Last-Event-ID. */
const MAX_WAITING_BYTES = 4_000_000;

/**
 * `GET /api/events/stream`: a snapshot for the client that connects, then every change, each frame with the id
 * `<epoch>.<revision>` by which any replica can go on from there.
 */
export function registerEventStream(
  app: FastifyInstance,
  services: Services,
  authenticate: Authenticate,
): void {
  const streams = new Set<AbortController>();
  const view = new LiveView(services);
  // An open stream would keep the server from closing.
  app.addHook('preClose', async () => {
    for (const stream of streams) stream.abort();
  });
  app.get('/api/events/stream', async (request, reply) => {
    const caller = await authenticate(request.headers);
    const filter = parseFilter(request.query);
    const ending = new AbortController();
    streams.add(ending);
    reply.hijack();
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      connection: 'keep-alive',
      'x-accel-buffering': 'no',
    });
    request.raw.on('close', () => ending.abort());
    try {
      await serve({ services, view, caller, filter, reply, ending, lastEventId: lastEventIdOf(request) });
    } catch (error) {
      if (!ending.signal.aborted)
        services.log.warn({ err: error, correlationId: request.id }, 'an event stream broke');
    } finally {
      streams.delete(ending);
      ending.abort();
      reply.raw.end();
    }
    return reply;
  });
}

interface Stream {
  services: Services;
  view: LiveView;
  caller: Caller;
  filter: LiveFilter;
  reply: FastifyReply;
  ending: AbortController;
  lastEventId: string | undefined;
}

async function serve(stream: Stream): Promise<void> {
  const { services, view, caller, filter, ending } = stream;
  const { bus, clock } = services;
  let resumeFrom = resumeRevision(stream.lastEventId, bus.epoch);
  await write(
    stream,
    frame('connected', {
      epoch: bus.epoch,
      serverTime: new Date(clock.now()).toISOString(),
      resumed: resumeFrom !== undefined,
    }),
  );
  const stopHeartbeat = beat(stream);
  try {
    while (!ending.signal.aborted) {
      if (resumeFrom === undefined) resumeFrom = await snapshot(stream);
      try {
        for await (const events of bus.watch('/lcm/', resumeFrom, ending.signal)) {
          await deliver(stream, events);
          resumeFrom = events.at(-1)?.revision ?? resumeFrom;
        }
        return;
      } catch (error) {
        if (!(error instanceof CompactedError)) throw error;
        await write(stream, frame('reset', {}));
        resumeFrom = undefined;
      }
    }
  } finally {
    stopHeartbeat();
  }

  async function snapshot(to: Stream): Promise<number> {
    // The revision first: what changes while the states are read is sent again, never missed.
    const { revision } = await bus.list('/lcm/settings/');
    for await (const { event, data } of view.snapshot(caller, filter, revision))
      await write(to, frame(event, data));
    await write(to, frame('snapshot.complete', { revision }, `${bus.epoch}.${revision}`));
    return revision;
  }
}

async function deliver(stream: Stream, events: readonly BusEvent[]): Promise<void> {
  const { view, caller, filter, services } = stream;
  let text = '';
  for (const event of events) {
    const change = await view.change(event, caller, filter);
    if (change) text += frame(change.event, change.data, `${services.bus.epoch}.${event.revision}`);
  }
  if (text) await write(stream, text);
}

/** Writes, and waits while the client is slow; one that is too slow is dropped. */
async function write(stream: Stream, text: string): Promise<void> {
  const { raw } = stream.reply;
  if (stream.ending.signal.aborted) return;
  if (raw.write(text)) return;
  if (raw.writableLength > MAX_WAITING_BYTES) {
    stream.ending.abort();
    raw.destroy();
    return;
  }
  await once(raw, 'drain', { signal: stream.ending.signal }).catch((error: unknown) => {
    if (!stream.ending.signal.aborted) throw error;
  });
}

function beat(stream: Stream): () => void {
  const { clock } = stream.services;
  let cancel = () => {};
  const again = () => {
    cancel = clock.after(HEARTBEAT_MS, () => {
      stream.reply.raw.write(frame('heartbeat', { timestamp: new Date(clock.now()).toISOString() }));
      again();
    });
  };
  again();
  return () => cancel();
}

function frame(type: string, data: unknown, id?: string): string {
  const envelope = JSON.stringify({ type, source: 'lablet-cloud-manager', data });
  return `event: ${type}\n${id ? `id: ${id}\n` : ''}data: ${envelope}\n\n`;
}

function lastEventIdOf(request: FastifyRequest): string | undefined {
  const header = request.headers['last-event-id'];
  if (typeof header === 'string') return header;
  const { lastEventId } = request.query as { lastEventId?: string };
  return lastEventId;
}

/** The revision to go on from; undefined where the id is of another life of the bus, or none. */
function resumeRevision(id: string | undefined, epoch: string): number | undefined {
  const dot = id?.lastIndexOf('.') ?? -1;
  if (!id || dot < 0 || id.slice(0, dot) !== epoch) return undefined;
  const revision = Number(id.slice(dot + 1));
  return Number.isSafeInteger(revision) ? revision : undefined;
}
