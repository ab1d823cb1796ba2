import type { SessionView } from '@lcm/core/api/sessions.ts';
import { userSessionId, type WorkerId } from '@lcm/core/domain/ids.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { sceneOn } from '../scene.fixture.ts';

let on: TestPlane;
let scene: ReturnType<typeof sceneOn>;
let session: SessionView;
let workerId: WorkerId;
beforeEach(async () => {
  on = await startTestPlane();
  scene = sceneOn(on);
  await scene.definition();
  workerId = (await scene.worker()).id;
  session = await scene.book(1);
  await scene.place(session, workerId);
});
afterEach(() => on.stop());

const STARTED = 'io.lablet.lds.session.running.v1';
const ENDED = 'io.lablet.lds.session.ended.v1';
let sent = 0;
const event = (type: string, data: object, id = `e${++sent}`) => ({
  specversion: '1.0',
  id,
  source: 'https://lds.example',
  type,
  data,
});
async function post(payload: string, headers: Record<string, string>) {
  return on.plane.app.inject({ method: 'POST', url: '/api/events', headers, payload });
}
const send = (...given: Parameters<typeof event>) =>
  post(JSON.stringify(event(...given)), { 'content-type': 'application/cloudevents+json' });
const kept = async () =>
  (await on.controller.internal.inboundEvents.list({ query: {} })).items.map(({ state }) => state);
const status = async () => (await scene.session(session.id)).status;
const ready = () => scene.makeReady(session, workerId);

describe('CloudEvents come in', () => {
  it('structured, binary and several at once', async () => {
    await ready();
    expect((await send('io.unknown.v1', { reference: session.id })).statusCode).toBe(202);
    const binary = await post(JSON.stringify({ reference: session.id }), {
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': 'b1',
      'ce-source': 'https://lds.example',
      'ce-type': STARTED,
    });
    expect(binary.statusCode).toBe(202);
    expect(await status()).toBe('RUNNING');
    const batch = [event('io.unknown.v1', {}), event(ENDED, { reference: session.id })];
    const batched = await post(JSON.stringify(batch), {
      'content-type': 'application/cloudevents-batch+json',
    });
    expect(batched.statusCode).toBe(202);
    expect(await status()).toBe('STOPPING');
    expect((await kept()).map((one) => one.status).sort()).toEqual([
      'APPLIED',
      'APPLIED',
      'IGNORED',
      'IGNORED',
    ]);
  });

  it.each<[string, string, Record<string, string>]>([
    ['no JSON', '{"specversion": ', { 'content-type': 'application/cloudevents+json' }],
    ['nothing', '', { 'content-type': 'application/cloudevents+json' }],
    ['JSON that is no event', '{"hello": 1}', { 'content-type': 'application/cloudevents+json' }],
    [
      'an event without a source',
      JSON.stringify({ ...event('x', {}), source: undefined }),
      { 'content-type': 'application/cloudevents+json' },
    ],
    [
      'a binary event without a type',
      '{}',
      { 'content-type': 'application/json', 'ce-id': '1', 'ce-source': 's', 'ce-specversion': '1.0' },
    ],
    [
      'a batch with one that is none',
      JSON.stringify([event('x', {}), { id: 1 }]),
      { 'content-type': 'application/cloudevents-batch+json' },
    ],
    ['neither headers nor an event', 'hello', { 'content-type': 'text/plain' }],
  ])('malformed ones are refused as problems and not kept: %s', async (_what, payload, headers) => {
    const answer = await post(payload, headers);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([
      400,
      expect.stringContaining('application/problem+json'),
    ]);
    expect(answer.json()).toMatchObject({ type: 'urn:lcm:problem:invalid', status: 400 });
    expect(await kept()).toEqual([]);
  });

  it('no larger than they may be kept', async () => {
    const answer = await send(STARTED, { reference: 'x'.repeat(1_100_000) });
    expect([answer.statusCode, answer.json().status]).toEqual([413, 413]);
  });
});

describe('an event about a session', () => {
  it('takes effect once, however often it comes', async () => {
    await ready();
    for (let time = 1; time <= 3; time++) await send(STARTED, { reference: session.id }, 'same');
    expect(await kept()).toHaveLength(1);
    const { state } = await on.controller.internal.sessions.get({ params: { id: session.id } });
    expect(state.history.filter(({ to }) => to === 'RUNNING')).toHaveLength(1);
    expect(state.inbound).toHaveLength(1);
  });

  it('at the same time from several senders takes effect once', async () => {
    await ready();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => send(STARTED, { reference: session.id }, 'same')),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(8).fill(202));
    expect(await kept()).toMatchObject([{ status: 'APPLIED' }]);
    expect(await status()).toBe('RUNNING');
  });

  it('that comes early takes effect when the session is READY', async () => {
    await send(STARTED, { reference: session.id });
    expect(await kept()).toMatchObject([{ status: 'WAITING' }]);
    await ready();
    await on.clock.advance(1_500);
    expect([await status(), (await kept())[0]?.status]).toEqual(['RUNNING', 'APPLIED']);
  });

  it('that says it ended before it is known to run waits for that', async () => {
    await ready();
    await send(ENDED, { reference: session.id });
    expect([await status(), (await kept())[0]?.status]).toEqual(['READY', 'WAITING']);
    await send(STARTED, { reference: session.id });
    await on.clock.advance(1_500);
    expect([await status(), (await scene.session(session.id)).ending?.outcome]).toEqual([
      'STOPPING',
      'completed',
    ]);
  });

  it('of a type that nobody knows is kept and ignored', async () => {
    await send('com.example.something.v1', { reference: session.id });
    expect(await kept()).toMatchObject([{ status: 'IGNORED', eventType: 'com.example.something.v1' }]);
  });

  it('of a session that is over is ignored, and says so', async () => {
    await on.admin.sessions.cancel({ params: { id: session.id }, body: {} });
    await scene.step(session, { type: 'markStopped' });
    const release = { sessionId: session.id, placementId: `p-${session.id}`, workerId };
    await on.controller.internal.releasePlacements({ body: { items: [release as never] } });
    await scene.step(session, { type: 'finish' });
    await send(STARTED, { reference: session.id });
    expect(await kept()).toMatchObject([
      { status: 'IGNORED', message: expect.stringContaining('TERMINATED') },
    ]);
  });

  it('about nothing at all is ignored', async () => {
    await send(STARTED, { colour: 'blue' });
    expect(await kept()).toMatchObject([{ status: 'IGNORED', message: 'no session of ours is meant' }]);
  });

  it('by the attempt of a grading is noted on its session', async () => {
    await send('io.assessment.grading.completed.v1', { reference: `${session.id}/2` });
    const [noted] = await kept();
    expect(noted).toMatchObject({ status: 'APPLIED', sessionId: session.id });
    const { state } = await on.controller.internal.sessions.get({ params: { id: session.id } });
    expect(state.inbound).toEqual([noted?.id]);
  });
});

describe('an event that knows only the id that LDS gave', () => {
  const access = userSessionId.parse('us-1');
  const onAccess = (
    command: Parameters<typeof on.controller.internal.userSessions.command>[0]['body']['command'],
  ) => on.controller.internal.userSessions.command({ params: { id: access }, body: { command } });
  const provision = async () => {
    await onAccess({ type: 'open', id: access, sessionId: session.id });
    await onAccess({ type: 'provision', ldsSessionId: 'lds-9', loginUrl: 'https://lds/9', devices: [] });
  };

  it('finds its session by it', async () => {
    await scene.step(session, { type: 'startInstantiating' });
    await provision();
    await scene.step(session, { type: 'openUserSession', userSessionId: access, ldsSessionId: 'lds-9' });
    await scene.makeReady(session, workerId);
    await send(STARTED, { session_id: 'lds-9' });
    expect(await status()).toBe('RUNNING');
    const opened = await on.admin.sessions.userSession({ params: { id: session.id } });
    expect(opened.status).toBe('ACTIVE');
    await send('io.lablet.lds.session.paused.v1', { session_id: 'lds-9' });
    expect([
      await status(),
      (await on.admin.sessions.userSession({ params: { id: session.id } })).status,
    ]).toEqual(['RUNNING', 'PAUSED']);
  });

  it('waits until that id is known here', async () => {
    await ready();
    await send(STARTED, { session_id: 'lds-9' });
    await send(STARTED, { session_id: 'lds-of-another-installation' });
    expect((await kept()).map((one) => one.status)).toEqual(['WAITING', 'WAITING']);
    await provision();
    await on.clock.advance(1_500);
    expect(await status()).toBe('RUNNING');
    expect((await kept()).map((one) => one.status).sort()).toEqual(['APPLIED', 'WAITING']);
  });

  it('does not wait for ever', async () => {
    await send(STARTED, { session_id: 'lds-of-another-installation' });
    await on.clock.advance(25 * 3_600_000);
    await provision();
    await on.clock.advance(1_500);
    expect(await kept()).toMatchObject([{ status: 'IGNORED' }]);
  });
});
