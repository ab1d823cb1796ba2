import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LIVE_KINDS } from '@lcm/control-plane-api/live/event-names.ts';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openScene, type Scene } from './access-scene.ts';
import type { Persona } from './personas.ts';
import { markersIn, READ_BY, READERS } from './readers.ts';

/** Followers of the stream, all at once. */
const FOLLOWERS = READERS.filter(
  (persona) => !['anonymous', 'expired', 'revoked', 'nobody in particular', 'event-source'].includes(persona),
);

let scene: Scene;
let port: number;
let streams: Map<Persona, Stream>;
beforeAll(async () => {
  scene = await openScene();
  await scene.plane.app.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = scene.plane.app.server.address() as AddressInfo);
  streams = new Map(FOLLOWERS.map((persona) => [persona, new Stream(persona)]));
  for (const stream of streams.values()) await stream.saw('snapshot.complete');
  for (const stream of streams.values()) stream.text = '';
  await changeEverySession();
  await streamOf('admin').saw('the last change');
});
afterAll(async () => {
  for (const stream of streams.values()) stream.close();
  await scene.stop();
});

/** What one persona is sent. */
class Stream {
  snapshot = '';
  text = '';
  isOver = false;
  readonly #request;

  constructor(persona: Persona) {
    const { headers } = scene.personas[persona];
    this.#request = request({ port, host: '127.0.0.1', path: '/api/events/stream', headers }, (answer) => {
      answer.setEncoding('utf8').on('data', (text: string) => {
        this.text += text;
        this.snapshot ||= this.text.includes('snapshot.complete') ? this.text : '';
      });
      answer.on('close', () => {
        this.isOver = true;
      });
    });
    this.#request.on('error', () => undefined).end();
  }

  saw = (text: string) =>
    vi.waitFor(() => {
      if (!this.text.includes(text)) throw new Error(`nothing of ${text} so far`);
    }, 5_000);

  close = () => this.#request.destroy();
}

function streamOf(persona: Persona): Stream {
  const stream = streams.get(persona);
  if (!stream) throw new Error(`${persona} follows nothing`);
  return stream;
}

async function changeEverySession(): Promise<void> {
  const { cys, anns, others } = scene.things['/api/v1/sessions'] ?? {};
  // The one that everybody sees comes last, so that whoever has it has been sent the others, too.
  for (const [id, reason] of [
    [others, 'a change'],
    [cys, 'a change'],
    [anns, 'the last change'],
  ]) {
    const url = `/api/v1/sessions/${id}/cancel`;
    const headers = { ...scene.personas.admin.headers, 'content-type': 'application/json' };
    const answer = await scene.plane.app.inject({ method: 'POST', url, headers, payload: { reason } });
    expect(answer.statusCode).toBe(200);
  }
}

/** Ids of what stands in an answer of the API to that persona. */
async function listed(persona: Persona, path: string): Promise<string[]> {
  const { headers } = scene.personas[persona];
  const answer = await scene.plane.app.inject({ method: 'GET', url: path, headers });
  return (answer.json<{ items?: { id: string }[] }>().items ?? []).map(({ id }) => id).sort();
}

/** Ids that a stream has told of a kind. */
function told(text: string, kind: string): string[] {
  const ids = text
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => JSON.parse(line.slice('data: '.length)).data)
    .filter((data) => data.kind === kind)
    .flatMap((data) => data.items?.map(({ id }: { id: string }) => id) ?? [data.id]);
  return [...new Set<string>(ids)].sort();
}

const LISTS: Readonly<Record<(typeof LIVE_KINDS)[number], string>> = {
  session: '/api/v1/sessions',
  worker: '/api/v1/workers',
  definition: '/api/v1/definitions',
  'lab-record': '/api/v1/lab-records',
};

it.each(FOLLOWERS)(
  '%s is sent the state of what the lists would show them, and of nothing else',
  async (persona) => {
    for (const kind of LIVE_KINDS)
      expect(told(streamOf(persona).snapshot, kind), kind).toEqual(await listed(persona, LISTS[kind]));
  },
);

it.each(FOLLOWERS)(
  '%s is sent the changes of the sessions that the list would show them',
  async (persona) => {
    const own = await listed(persona, LISTS.session);
    await vi.waitFor(() => expect(told(streamOf(persona).text, 'session')).toEqual(own));
  },
);

it.each(FOLLOWERS)('%s is sent nothing that only others may read', (persona) => {
  const { snapshot, text } = streamOf(persona);
  // A stream tells neither how to log in, nor of configurations.
  const declared = (['candidate', 'rubric'] as const).filter((name) => READ_BY[name].includes(persona));
  expect(markersIn(snapshot + text)).toEqual(declared);
});

it('tells nobody whose a session is who may not read who the candidate is', () => {
  const hears = FOLLOWERS.filter((persona) => {
    const { snapshot, text } = streamOf(persona);
    return (snapshot + text).includes('marked-owner');
  });
  expect(hears).toEqual(['admin']);
});

it('names workers to those only who see that part of the fleet', () => {
  const { east = '' } = scene.things['/api/v1/workers'] ?? {};
  const hears = FOLLOWERS.filter((persona) => {
    const { snapshot, text } = streamOf(persona);
    return (snapshot + text).includes(east);
  });
  expect(hears).toEqual(FOLLOWERS.filter((persona) => persona !== 'manager of the west'));
});

it('ends for whom the door is shut meanwhile', async () => {
  const stream = streamOf('lab-author');
  await scene.shutOut('lab-author');
  await scene.clock.advance(30_000);
  await vi.waitFor(() => expect(stream.isOver).toBe(true));
  expect(streamOf('user').isOver).toBe(false);
});
