import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { sceneOn } from '../scene.fixture.ts';

let on: TestPlane;
let scene: ReturnType<typeof sceneOn>;
beforeEach(async () => {
  on = await startTestPlane();
  scene = sceneOn(on);
  await scene.definition();
});
afterEach(() => on.stop());

const list = async (query: string) => {
  const answer = await on.plane.app.inject({ method: 'GET', url: `/api/v1/sessions?${query}` });
  return answer.json<{ items: { id: string; status: string }[]; nextCursor?: string }>();
};

it('status filters are taken in any case, several at once', async () => {
  const [session] = [await scene.book(2), await scene.book(2)];
  await on.admin.sessions.cancel({ params: { id: session?.id as never }, body: {} });
  for (const query of ['status=terminated', 'status=Terminated', 'status=TERMINATED'])
    expect((await list(query)).items.map(({ id }) => id)).toEqual([session?.id]);
  for (const query of ['status=pending,terminated', 'status=pending&status=terminated'])
    expect((await list(query)).items).toHaveLength(2);
});

it('filters hold together', async () => {
  const owner = { externalId: 'somebody' };
  const wanted = await scene.book(2, { owner, reservationId: 'r-1' });
  await scene.book(2, { owner });
  await scene.book(2);
  expect((await list('ownerKey=external:somebody')).items).toHaveLength(2);
  expect((await list('ownerKey=external:somebody&reservationId=r-1')).items.map(({ id }) => id)).toEqual([
    wanted.id,
  ]);
  expect((await list('ownerKey=external:somebody&status=ready')).items).toEqual([]);
});

it('a walk from page to page gives everything once, newest first, though more is booked meanwhile', async () => {
  const booked: string[] = [];
  const bookSome = async (count: number) => {
    for (let index = 0; index < count; index++) {
      // Several share a moment.
      if (index % 3 === 0) await on.clock.advance(1);
      booked.push((await scene.book(2)).id);
    }
  };
  await bookSome(23);
  const before = [...booked];
  const walked: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await list(`limit=5${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
    expect(page.items.length).toBeLessThanOrEqual(5);
    walked.push(...page.items.map(({ id }) => id));
    await bookSome(3);
    cursor = page.nextCursor;
  } while (cursor);
  expect([...walked].sort()).toEqual([...before].sort());
});

it('a cursor of another list is refused', async () => {
  await Promise.all([scene.book(2), scene.book(2)]);
  const other = await on.admin.sessions.history({
    params: { id: (await list('limit=1')).items[0]?.id as never },
    query: { limit: 1 },
  });
  const answer = await on.plane.app.inject({ method: 'GET', url: '/api/v1/sessions?cursor=nonsense' });
  expect([answer.statusCode, answer.json().type]).toEqual([400, 'urn:lcm:problem:invalid']);
  expect(other.nextCursor).toBe('1');
});

it('history goes on where the page before ended', async () => {
  const session = await scene.book(2);
  for (const action of ['hold', 'unhold', 'hold', 'unhold'] as const)
    await on.admin.sessions[action]({ params: { id: session.id }, body: {} });
  const seqs: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await on.admin.sessions.history({
      params: { id: session.id },
      query: { limit: 2, ...(cursor ? { cursor } : {}) },
    });
    seqs.push(...page.items.map(({ seq }) => seq));
    cursor = page.nextCursor;
  } while (cursor);
  expect(seqs).toEqual([1, 2, 3, 4, 5]);
});

it('words find sessions by id, definition, owner and reservation, in any case, all of them together', async () => {
  const owner = { externalId: 'Candidate-7' };
  const [plain, theirs] = [
    await scene.book(2),
    await scene.book(2, { owner, reservationId: 'Exam-2026', candidate: { familyName: 'Lovelace' } }),
  ];
  const found = async (q: string) =>
    (await list(`q=${encodeURIComponent(q)}`)).items.map(({ id }) => id).sort();
  const both = [plain.id, theirs.id].sort();
  expect(await found('two-ROUTERS')).toEqual(both);
  expect(await found(plain.id.slice(2, 9).toUpperCase())).toEqual([plain.id]);
  expect(await found('candidate-7 two')).toEqual([theirs.id]);
  expect(await found('exam')).toEqual([theirs.id]);
  expect(await found('exam nothing')).toEqual([]);
  // Not everybody may read who the candidate is: nobody finds them by that.
  expect(await found('lovelace')).toEqual([]);
});

it('a search from page to page gives every match once, with few among many and more booked meanwhile', async () => {
  const wanted: string[] = [];
  for (let index = 0; index < 40; index++) {
    const rare = index % 9 === 0;
    const session = await scene.book(2, rare ? { reservationId: `rare-${index}` } : {});
    if (rare) wanted.push(session.id);
  }
  const walked: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await list(`q=rare&limit=2${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
    walked.push(...page.items.map(({ id }) => id));
    await on.clock.advance(1);
    await scene.book(2, { reservationId: `rare-later-${walked.length}-${cursor ?? 'first'}`.slice(0, 60) });
    cursor = page.nextCursor;
  } while (cursor);
  expect([...walked].sort()).toEqual([...wanted].sort());
});

it('sessions are found by when they begin, and by department', async () => {
  const [early, late] = [await scene.book(2), await scene.book(5, { department: 'networking' })];
  const at = (hours: number) => encodeURIComponent(scene.at(hours).replace('.000Z', 'Z'));
  const ids = async (query: string) => (await list(query)).items.map(({ id }) => id);
  expect(await ids(`startsFrom=${at(3)}`)).toEqual([late.id]);
  expect(await ids(`startsBefore=${at(3)}`)).toEqual([early.id]);
  expect(await ids(`startsFrom=${at(2)}&startsBefore=${at(5)}`)).toEqual([early.id]);
  expect(await ids('department=networking')).toEqual([late.id]);
});
