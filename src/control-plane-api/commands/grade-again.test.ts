import type { SessionView } from '@lcm/core/api/sessions.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { sceneOn } from '../scene.fixture.ts';

let on: TestPlane;
let scene: ReturnType<typeof sceneOn>;
beforeEach(async () => {
  on = await startTestPlane();
  scene = sceneOn(on);
});
afterEach(() => on.stop());

const check = { source: 'config:R1', regex: 'hostname R1' };
const item = { id: 'name', description: 'R1 has its name', points: 1, checks: [check] };
const GRADED = { evidence: {}, grading: { engine: 'external', rubric: { cutScore: 1, items: [item] } } };

async function collecting(spec: object): Promise<SessionView> {
  await scene.definition('1.0.0', spec);
  const worker = await scene.worker();
  const session = await scene.book(1);
  await scene.place(session, worker.id);
  await scene.makeReady(session, worker.id);
  await scene.step(session, { type: 'markRunning' }, { type: 'startCollecting' });
  return session;
}
const again = (session: SessionView, headers = {}) =>
  on.admin.sessions.grade({ params: { id: session.id }, body: {}, headers });
const gradings = async () => (await on.controller.internal.gradingSessions.list({ query: {} })).items;

it('stored evidence is graded again, as often as asked, and the session stays as it is', async () => {
  const session = await collecting(GRADED);
  await expect(again(session)).rejects.toMatchObject({ code: 'conflict' });
  await scene.step(session, { type: 'recordEvidence', evidenceKey: 'sha256-e' }, { type: 'startGrading' });
  await expect(again(session)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('under way'),
  });
  await scene.step(session, { type: 'end', outcome: 'completed' });
  const before = await scene.session(session.id);
  expect(await again(session)).toEqual(before);
  await again(session);
  expect((await gradings()).map(({ state }) => [state.sessionId, state.evidenceKey, state.engine])).toEqual([
    [session.id, 'sha256-e', 'external'],
    [session.id, 'sha256-e', 'external'],
  ]);
  await expect(again(session, { 'if-match': '"1"' })).rejects.toMatchObject({ code: 'staleVersion' });
});

it('what is not graded at all is not graded again', async () => {
  await scene.definition();
  const session = await scene.book(1);
  await expect(again(session)).rejects.toMatchObject({ code: 'conflict' });
  expect(await gradings()).toEqual([]);
});
