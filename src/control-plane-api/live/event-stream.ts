import { CompactedError } from '@lcm/core/spi/state-bus.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { FOLLOW_EVENTS } from '../http/beside-contract.ts';
import type { Door } from '../http/door.ts';
import type { Services } from '../services.ts';
import { frame } from './frame.ts';
import { type LiveFilter, parseFilter } from './live-filter.ts';
import type { Follower, LiveHub } from './live-hub.ts';
import type { LiveChange, LiveView } from './live-view.ts';
import { type OpenStream, OpenStreams } from './open-streams.ts';
import type { Snapshots } from './snapshots.ts';

/** Where live events come from. */
export interface LiveSource {
  snapshots: Snapshots;
  view: LiveView;
  hub: LiveHub;
}

/**
 * `GET /api/events/stream`: a snapshot for the client that connects, then every change, each frame with the id
 * `<epoch>.<revision>` by which any replica can go on from there.
 */
export function registerEventStream(
  app: FastifyInstance,
  services: Services,
  door: Door,
  source: LiveSource,
): void {
  const streams = new OpenStreams(services, door, FOLLOW_EVENTS);
  app.addHook('preClose', async () => {
    streams.endAll();
    source.snapshots.forget();
    await source.hub.stop();
  });
  // A HEAD that is made of the GET would never end.
  app.get(FOLLOW_EVENTS.path, { exposeHeadRoute: false }, (request, reply) =>
    streams.serve(
      { request, reply },
      () => ({ filter: parseFilter(request.query), lastEventId: lastEventIdOf(request) }),
      (stream, asked) => serve({ services, ...source, ...stream, ...asked }),
    ),
  );
}

interface Stream extends LiveSource, OpenStream {
  services: Services;
  filter: LiveFilter;
  lastEventId: string | undefined;
}

async function serve(stream: Stream): Promise<void> {
  const { services, writer } = stream;
  const { bus, clock } = services;
  // Before any revision is read, so that the hub has everything that comes after it.
  await Promise.race([stream.hub.start(), writer.ended]);
  const { revision } = await bus.list('/lcm/settings/');
  let after = resumeRevision(stream.lastEventId, bus.epoch, revision);
  const serverTime = new Date(clock.now()).toISOString();
  writer.write(frame('connected', { epoch: bus.epoch, serverTime, resumed: after !== undefined }));
  while (!writer.signal.aborted) {
    after ??= await snapshot(stream);
    await follow(stream, after);
    if (writer.signal.aborted) return;
    writer.write(frame('reset', {}));
    after = undefined;
  }
}

/** Sends the states; the revision from which their changes are to be followed. */
async function snapshot({ services, snapshots, hub, admittance, filter, writer }: Stream): Promise<number> {
  const { revision, frames } = await snapshots.take(admittance.viewer, filter, hub.since);
  for await (const bytes of frames) {
    await writer.writeAndWait(bytes);
    if (writer.signal.aborted) return revision;
  }
  writer.write(frame('snapshot.complete', { revision }, `${services.bus.epoch}.${revision}`));
  return revision;
}

/** Sends changes until the client is gone, has missed some for good, or may see others than before. */
async function follow(stream: Stream, from: number): Promise<void> {
  const { services, view, hub, admittance, filter, writer } = stream;
  const { promise: missed, resolve: reset } = Promise.withResolvers<void>();
  const { changed } = admittance;
  const deliver = (changes: readonly LiveChange[]) => {
    const text = changes.map((change) => change.textFor(admittance.viewer, filter) ?? '').join('');
    if (text) writer.write(text);
  };
  const follower: Follower = { deliver, reset };
  try {
    if (!hub.join(follower, from)) {
      // It comes from further back than is remembered: the bus itself has it, or says that it is gone.
      for await (const events of services.bus.watch('/lcm/', from, writer.signal)) {
        deliver(await view.changes(events));
        const at = events.at(-1)?.revision ?? from;
        if (hub.join(follower, at)) break;
      }
    }
    await Promise.race([missed, changed, writer.ended]);
  } catch (error) {
    if (!(error instanceof CompactedError)) throw error;
  } finally {
    hub.leave(follower);
  }
}

function lastEventIdOf(request: FastifyRequest): string | undefined {
  const header = request.headers['last-event-id'];
  if (typeof header === 'string') return header;
  const { lastEventId } = request.query as { lastEventId?: unknown };
  return typeof lastEventId === 'string' ? lastEventId : undefined;
}

/** The revision to go on from; undefined where the id is none, of another life of the bus, or of its future. */
function resumeRevision(id: string | undefined, epoch: string, newest: number): number | undefined {
  const dot = id?.lastIndexOf('.') ?? -1;
  if (!id || dot < 0 || id.slice(0, dot) !== epoch) return undefined;
  const revision = Number(id.slice(dot + 1));
  return Number.isSafeInteger(revision) && revision >= 0 && revision <= newest ? revision : undefined;
}
