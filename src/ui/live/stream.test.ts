import { describe, expect, it, vi } from 'vitest';
import { HandPace } from '../browser/pace.fixture.ts';
import type { ConnectionState } from './connection.ts';
import type { Frame } from './frame.ts';
import { Stream } from './stream.ts';

const FRAME = 'id: e.1\nevent: heartbeat\ndata: {"data":{}}\n\n';

/** A server whose answers the test chooses, one per attempt. */
function server(...answers: (() => Promise<Response>)[]) {
  const pace = new HandPace();
  const states: ConnectionState[] = [];
  const frames: Frame[] = [];
  const asked: (string | null)[] = [];
  let lastId: string | undefined;
  const stream = new Stream({
    url: '/stream',
    pace,
    fetch: (_url, init) => {
      asked.push(new Headers(init.headers).get('last-event-id'));
      return (answers.shift() ?? silent)();
    },
    lastId: () => lastId,
    onFrames: (more) => {
      frames.push(...more);
      lastId = more.at(-1)?.id ?? lastId;
    },
    onState: (state) => states.push(state),
  });
  return { pace, states, frames, asked, stream, last: () => states.at(-1)?.kind };
}

const silent = () => Promise.resolve(new Response(new ReadableStream()));
const speaking = (...pieces: string[]) => {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
  return () => Promise.resolve(new Response(body));
};

describe('the stream', () => {
  it('is live once something was heard, and goes on after the last id when it was closed', async () => {
    const { pace, stream, frames, asked, states, last } = server(speaking(FRAME));
    stream.start();
    await vi.waitFor(() => expect(last()).toBe('waiting'));
    expect(frames.map(({ event }) => event)).toEqual(['heartbeat']);
    expect(states.map(({ kind }) => kind)).toEqual(['connecting', 'live', 'waiting']);
    pace.advance(1_000);
    expect(asked).toEqual([null, 'e.1']);
    stream.stop();
  });

  it('waits longer after each failure', async () => {
    const broken = () => Promise.reject(new Error('refused'));
    const { pace, stream, states } = server(broken, broken, broken);
    pace.luck = 0.999_999;
    stream.start();
    const waits: number[] = [];
    for (const round of [1, 2, 3]) {
      await vi.waitFor(() => expect(states.filter(({ kind }) => kind === 'waiting')).toHaveLength(round));
      const state = states.at(-1);
      if (state?.kind !== 'waiting') throw new Error('it should be waiting');
      waits.push(state.retryAt - pace.now());
      pace.advance(state.retryAt - pace.now());
    }
    expect(waits).toEqual([1_000, 2_000, 4_000]);
    stream.stop();
  });

  it('does not hammer a server that refuses the login', async () => {
    const { pace, stream, asked, last } = server(() => Promise.resolve(new Response('', { status: 401 })));
    stream.start();
    await vi.waitFor(() => expect(last()).toBe('signedOut'));
    pace.advance(120_000);
    expect(asked).toHaveLength(1);
  });

  it('takes a server that says nothing for 45 seconds for dead', async () => {
    const { pace, stream, last } = server(silent);
    stream.start();
    pace.advance(44_000);
    expect(last()).toBe('connecting');
    pace.advance(1_000);
    expect(last()).toBe('waiting');
    stream.stop();
  });
});
