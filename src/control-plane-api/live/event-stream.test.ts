import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { MemoryBus } from '@lcm/adapters/memory/memory-bus.ts';
import type { SessionView } from '@lcm/core/api/sessions.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Caller } from '../auth/caller.ts';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { sceneOn } from '../scene.fixture.ts';
import { asCaller, callerOf, clientAs, testCallers } from '../test-callers.fixture.ts';

interface Frame {
  event: string;
  id?: string | undefined;
  data: {
    kind?: string;
    id?: string;
    entity?: SessionView;
    items?: SessionView[];
    events?: string[];
    resumed?: boolean;
    epoch?: string;
  };
}

/** A client of the stream over a real socket. */
class Client {
  readonly frames: Frame[] = [];
  readonly request: ClientRequest;
  response: IncomingMessage | undefined;
  over = false;
  #text = '';

  constructor(port: number, query: string, headers: Record<string, string>) {
    this.request = get({ port, path: `/api/events/stream${query}`, headers, agent: false });
    this.request.on('error', () => {
      this.over = true;
    });
    this.request.on('response', (response) => {
      this.response = response;
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => this.#take(chunk));
      response.on('close', () => {
        this.over = true;
      });
    });
  }

  #take(chunk: string): void {
    const parts = (this.#text + chunk).split('\n\n');
    this.#text = parts.pop() ?? '';
    for (const part of parts) {
      const field = (name: string) => part.match(new RegExp(`^${name}: (.*)$`, 'm'))?.[1];
      this.frames.push({
        event: field('event') ?? '',
        id: field('id'),
        data: JSON.parse(field('data') ?? '{}').data,
      });
    }
  }

  names = () => this.frames.map(({ event }) => event);
  async saw(event: string, times = 1): Promise<Frame> {
    return vi.waitFor(() => {
      const seen = this.frames.filter((frame) => frame.event === event);
      const last = seen[times - 1];
      if (!last) throw new Error(`only saw ${this.names().join(', ')}`);
      return last;
    }, 5_000);
  }
  /** What came after the snapshot. */
  changes = () => this.frames.slice(this.names().indexOf('snapshot.complete') + 1).filter(({ id }) => id);
}

let on: TestPlane;
let scene: ReturnType<typeof sceneOn>;
let port: number;
let clients: Client[];
const admin = callerOf('admin', 'root');
beforeEach(async () => {
  const clock = new VirtualClock();
  const bus = new MemoryBus({ clock, keepEvents: 3_000 });
  const plane = await startTestPlane({ authenticate: testCallers, clock, bus });
  const system = callerOf('controller', 'controllers');
  on = {
    ...plane,
    admin: clientAs(admin, plane.plane.fetch),
    controller: clientAs(system, plane.plane.fetch),
  };
  scene = sceneOn(on);
  await scene.definition();
  await on.plane.app.listen({ port: 0, host: '127.0.0.1' });
  port = (on.plane.app.server.address() as AddressInfo).port;
  clients = [];
});
afterEach(async () => {
  for (const { request } of clients) request.destroy();
  await on.stop();
});

function connect(caller: Caller = admin, query = '', headers: Record<string, string> = {}): Client {
  const client = new Client(port, query, { ...asCaller(caller), ...headers });
  clients.push(client);
  return client;
}
const hold = (session: SessionView) => on.admin.sessions.hold({ params: { id: session.id }, body: {} });
const unhold = (session: SessionView) => on.admin.sessions.unhold({ params: { id: session.id }, body: {} });
const revisionOf = (frame: Frame | undefined) => Number(frame?.id?.split('.').at(-1));

describe('who follows many streams at once', () => {
  const status = async (client: Client) => {
    await vi.waitFor(() => expect(client.response).toBeDefined());
    return client.response?.statusCode;
  };

  it('has so many and no more, until one of them ends', async () => {
    await on.admin.settings.change({ body: { streamsPerCaller: 2 } });
    const [first, second] = [connect(), connect()];
    expect([await status(first), await status(second)]).toEqual([200, 200]);
    expect(await status(connect())).toBe(429);
    expect(await status(connect(callerOf('user', 'ann')))).toBe(200);
    first.request.destroy();
    await vi.waitFor(async () => expect(await status(connect())).toBe(200));
  });
});

describe('a client that connects', () => {
  it('is sent what was booked for its caller by another id meanwhile, as soon as it is theirs', async () => {
    const ada: Caller = {
      ...callerOf('candidate', 'ada'),
      knownAs: { ids: ['u-ada'] },
      credential: { type: 'bearer', id: 't-1' },
    };
    const client = connect(ada);
    await client.saw('snapshot.complete');
    const session = await scene.book(2, { owner: { externalId: 'u-ada' } });
    for (let n = 0; n < 13; n++) await on.clock.advance(5_000);
    const { data } = await client.saw('lablet.session.updated');
    expect(data).toMatchObject({ id: session.id, entity: { owner: { subject: 'id-of-ada' } } });
  });

  it('is sent what there is, then every change, each with its place in the stream', async () => {
    const session = await scene.book(2);
    const client = connect();
    const complete = await client.saw('snapshot.complete');
    const shown = client.frames.find(({ event }) => event === 'lablet.session.snapshot');
    expect(shown?.data.items?.map(({ id }) => id)).toEqual([session.id]);
    expect(client.names()[0]).toBe('connected');
    await hold(session);
    const change = await client.saw('lablet.session.updated');
    expect(change.data).toMatchObject({
      kind: 'session',
      id: session.id,
      entity: { onHold: true },
      events: ['session.held'],
    });
    expect(change.id?.startsWith(`${on.bus.epoch}.`)).toBe(true);
    expect(revisionOf(change)).toBeGreaterThan(revisionOf(complete));
  });

  it('together with others, after something has changed since the first of them came, is told of that too', async () => {
    const first = connect();
    await first.saw('snapshot.complete');
    const session = await scene.book(2);
    const second = connect();
    await second.saw('snapshot.complete');
    const known = () => [
      ...second.frames.flatMap(({ data }) => data.items?.map(({ id }) => id) ?? []),
      ...second.changes().map(({ data }) => data.id),
    ];
    await vi.waitFor(() => expect(known()).toContain(session.id));
    await hold(session);
    expect((await second.saw('lablet.session.updated')).data.entity?.onHold).toBe(true);
  });

  it('again with the id it saw last is sent what it missed, nothing twice and no snapshot', async () => {
    const session = await scene.book(2);
    const first = connect();
    await first.saw('snapshot.complete');
    await hold(session);
    const seen = await first.saw('lablet.session.updated');
    first.request.destroy();
    await unhold(session);
    await on.admin.sessions.cancel({ params: { id: session.id }, body: {} });
    const again = connect(admin, '', { 'last-event-id': seen.id ?? '' });
    const ended = await again.saw('lablet.session.terminated');
    expect(ended.data.entity?.status).toBe('TERMINATED');
    expect((await again.saw('connected')).data.resumed).toBe(true);
    expect(again.names()).not.toContain('snapshot.complete');
    const revisions = again.frames.filter(({ id }) => id).map(revisionOf);
    expect(revisions).toEqual([...new Set(revisions)].sort((one, other) => one - other));
    expect(Math.min(...revisions)).toBeGreaterThan(revisionOf(seen));
  });

  it('misses nothing and sees nothing twice, however often it comes and goes between changes', async () => {
    const session = await scene.book(2);
    const watching = connect();
    await watching.saw('snapshot.complete');
    const steady = new Set<string>();
    const restless = new Set<string>();
    let last = (await watching.saw('snapshot.complete')).id ?? '';
    for (let round = 0; round < 6; round++) {
      const client = connect(admin, `?lastEventId=${encodeURIComponent(last)}`);
      await client.saw('connected');
      await (round % 2 === 0 ? hold(session) : unhold(session));
      await client.saw('lablet.session.updated');
      for (const { id } of client.frames.filter(({ id }) => id)) {
        expect(restless.has(id ?? '')).toBe(false);
        restless.add(id ?? '');
        last = id ?? last;
      }
      client.request.destroy();
    }
    await watching.saw('lablet.session.updated', 6);
    for (const { id } of watching.changes()) steady.add(id ?? '');
    expect([...restless]).toEqual([...steady]);
  });

  it('with an id that is compacted away is told so and sent a new snapshot', async () => {
    const session = await scene.book(2);
    const first = connect();
    const { id = '' } = await first.saw('snapshot.complete');
    await hold(session);
    await first.saw('lablet.session.updated');
    await on.plane.app.close().catch(() => undefined);
    on.bus.compact();
    const plane = await startTestPlane({
      authenticate: testCallers,
      clock: on.clock,
      store: on.store,
      bus: on.bus,
    });
    await plane.plane.app.listen({ port: 0, host: '127.0.0.1' });
    port = (plane.plane.app.server.address() as AddressInfo).port;
    const late = connect(admin, '', { 'last-event-id': id });
    await late.saw('snapshot.complete');
    expect(late.names().slice(0, 2)).toEqual(['connected', 'reset']);
    late.request.destroy();
    await plane.plane.stop();
  });

  it.each(['nonsense', 'other-epoch.12', `1.${'9'.repeat(30)}`])(
    'with an id that is none of this bus is sent a snapshot: %s',
    async (id) => {
      const client = connect(admin, '', { 'last-event-id': id });
      await client.saw('snapshot.complete');
      expect((await client.saw('connected')).data.resumed).toBe(false);
    },
  );

  it('with an id from the future is not left waiting for it', async () => {
    const client = connect(admin, '', { 'last-event-id': `${on.bus.epoch}.${Number.MAX_SAFE_INTEGER}` });
    await client.saw('snapshot.complete');
  });
});

describe('while connected', () => {
  it('a session’s last state is sent when it leaves the bus', async () => {
    const session = await scene.book(2);
    const client = connect();
    await client.saw('snapshot.complete');
    await on.admin.sessions.cancel({ params: { id: session.id }, body: {} });
    const ended = await client.saw('lablet.session.terminated');
    expect(ended.data.entity).toMatchObject({
      id: session.id,
      status: 'TERMINATED',
      ending: { outcome: 'cancelled' },
    });
  });

  it('silence is broken by heartbeats', async () => {
    const client = connect();
    await client.saw('snapshot.complete');
    await on.clock.advance(30_000);
    await client.saw('heartbeat');
    await on.clock.advance(30_000);
    await client.saw('heartbeat', 2);
  });

  it('a changed ledger shows on its worker', async () => {
    const worker = await scene.worker();
    const session = await scene.book(0.2);
    const client = connect(admin, '?kinds=worker');
    await client.saw('snapshot.complete');
    await scene.place(session, worker.id);
    const change = await client.saw('worker.updated');
    expect(change.data).toMatchObject({ id: worker.id, entity: { sessions: 1 } });
  });

  it('the server can close at once', async () => {
    const client = connect();
    await client.saw('snapshot.complete');
    await on.plane.app.close();
    await vi.waitFor(() => expect(client.over).toBe(true));
  });
});

describe('what a client is sent', () => {
  it('is what its filter lets through, in snapshots and changes alike', async () => {
    const [mine, other] = [await scene.book(2), await scene.book(2)];
    const client = connect(admin, `?kinds=session,worker&sessionIds=${mine.id}`);
    await client.saw('snapshot.complete');
    expect(client.names()).not.toContain('lablet.definition.snapshot');
    await hold(other);
    await hold(mine);
    await client.saw('lablet.session.updated');
    const ids = client.frames.flatMap(({ data }) => data.items?.map(({ id }) => id) ?? data.id ?? []);
    expect(new Set(ids)).toEqual(new Set([mine.id]));
  });

  it('is, for a worker, also its sessions', async () => {
    const worker = await scene.worker();
    const [on1, elsewhere] = [await scene.book(2), await scene.book(8)];
    const client = connect(admin, `?kinds=session&workerIds=${worker.id}`);
    await client.saw('snapshot.complete');
    await hold(elsewhere);
    await scene.place(on1, worker.id);
    expect((await client.saw('lablet.session.status.changed')).data.id).toBe(on1.id);
    expect(client.changes().map(({ data }) => data.id)).toEqual([on1.id]);
  });

  it('is refused as a problem where nobody can follow such a thing', async () => {
    const client = connect(admin, '?kinds=secret');
    await vi.waitFor(() => expect(client.response?.statusCode).toBe(400));
    expect(client.response?.headers['content-type']).toMatch('application/problem+json');
  });

  it('needs a login, and no answer is held open for a HEAD', async () => {
    const answer = await on.plane.app.inject({ method: 'GET', url: '/api/events/stream' });
    expect(answer.statusCode).toBe(401);
    const head = await on.plane.app.inject({
      method: 'HEAD',
      url: '/api/events/stream',
      headers: asCaller(admin),
    });
    expect([head.statusCode, head.headers['allow']]).toEqual([405, 'GET, OPTIONS']);
  });

  it('to a candidate is its own sessions, and nothing else', async () => {
    const candidate = callerOf('candidate', 'cy');
    const owner = { issuer: candidate.issuer, subject: candidate.subject };
    const own = await scene.book(2, { owner, candidate: { externalId: 'c', email: 'cy@example.com' } });
    const other = await scene.book(2);
    await scene.worker();
    const client = connect(candidate);
    await client.saw('snapshot.complete');
    await hold(other);
    await on.admin.definitions.create({
      body: {
        name: 'x',
        version: '1.0.0',
        topology: (await on.admin.definitions.topology({ params: { id: own.definition.definitionId } }))
          .topology,
      },
    });
    await hold(own);
    const change = await client.saw('lablet.session.updated');
    const ids = client.frames.flatMap(({ data }) => data.items?.map(({ id }) => id) ?? data.id ?? []);
    expect(new Set(ids)).toEqual(new Set([own.id]));
    expect(change.data.entity?.candidate?.email).toBe('cy@example.com');
  });

  it('to a user among others is who the candidate of its own session is, and of no other', async () => {
    const ann = callerOf('user', 'ann');
    const owner = { issuer: ann.issuer, subject: ann.subject };
    await scene.book(2, { owner, candidate: { email: 'ann@example.com' } });
    await scene.book(2, { candidate: { email: 'cy@example.com' } });
    const seenBy = async (client: Client) => {
      await client.saw('snapshot.complete');
      return (
        JSON.stringify(client.frames)
          .match(/\w+@example.com/g)
          ?.sort() ?? []
      );
    };
    const [own, other, all] = [connect(ann), connect(callerOf('user', 'ben')), connect()].map(seenBy);
    expect(await own).toEqual(['ann@example.com']);
    expect(await other).toEqual([]);
    expect(await all).toEqual(['ann@example.com', 'cy@example.com']);
  });

  it('of somebody else’s session says who the candidate is to managers of its department only', async () => {
    const session = await scene.book(2, { department: 'ccie', candidate: { email: 'cy@example.com' } });
    const callers = [
      callerOf('user', 'ann', 'ccie'),
      callerOf('manager', 'mia', 'ccna'),
      callerOf('manager', 'max', 'ccie'),
    ];
    const clients = callers.map((caller) => connect(caller));
    await Promise.all(clients.map((client) => client.saw('snapshot.complete')));
    await hold(session);
    await Promise.all(clients.map((client) => client.saw('lablet.session.updated')));
    const told = clients.map(({ frames }) => JSON.stringify(frames).match(/cy@example.com/g)?.length ?? 0);
    expect(told).toEqual([0, 0, 2]);
  });
});
