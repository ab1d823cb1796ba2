import type { BookingRequest } from '@lcm/core/api/sessions.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { FailingStore } from '../failing-store.fixture.ts';
import { sceneOn } from '../scene.fixture.ts';
import { callerOf, clientAs, testCallers } from '../test-callers.fixture.ts';

let on: TestPlane;
let scene: ReturnType<typeof sceneOn>;
const failing = new FailingStore();
const admin = callerOf('admin', 'root');
const system = callerOf('controller', 'controllers');
beforeEach(async () => {
  failing.recover();
  const plane = await startTestPlane({
    authenticate: testCallers,
    seenStore: (store) => failing.over(store),
  });
  on = {
    ...plane,
    admin: clientAs(admin, plane.plane.fetch),
    controller: clientAs(system, plane.plane.fetch),
  };
  scene = sceneOn(on);
});
afterEach(() => on.stop());

const seconds = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 1000;
const soon = (more: Partial<BookingRequest> = {}): BookingRequest => ({
  definition: { name: 'two-routers' },
  durationSeconds: 1_200,
  ...more,
});

it('a slot ends within five years, whether it is booked, moved or extended', async () => {
  await scene.definition();
  const far = { start: '9999-12-31T23:59:00Z', end: '9999-12-31T23:59:30Z' };
  const refusal = { code: 'rule', fields: [{ pointer: '/end' }] };
  await expect(on.admin.sessions.book({ body: soon({ start: far.start }) })).rejects.toMatchObject(refusal);
  const { id } = await scene.book(2);
  const params = { id };
  await expect(on.admin.sessions.reschedule({ params, body: far })).rejects.toMatchObject(refusal);
  await expect(on.admin.sessions.extend({ params, body: { end: far.end } })).rejects.toMatchObject(refusal);
});

describe('when a booking may begin as soon as possible', () => {
  it('it begins when a lab can be ready on a worker that has to be made', async () => {
    await scene.definition();
    const { timeslot } = await on.admin.sessions.book({ body: soon() });
    expect(timeslot.start).toBe(scene.at((20 + 15) / 60));
    expect(seconds(timeslot.start, timeslot.end)).toBe(1_200);
  });

  it('it begins when a lab can be ready on a worker that runs and is free', async () => {
    await scene.definition();
    const worker = await scene.worker();
    await scene.makeRun(worker.id);
    const first = await on.admin.sessions.book({ body: soon() });
    expect(first.timeslot.start).toBe(scene.at(15 / 60));
    expect(await scene.place(first, worker.id)).toMatchObject({ status: 'done' });
    const second = await on.admin.sessions.book({ body: soon() });
    expect(second.timeslot.start).toBe(scene.at((20 + 15) / 60));
  });

  it('the definition may say how long a lab takes', async () => {
    await scene.definition('2.0.0', { leadSeconds: 300, teardownSeconds: 60 });
    const { timeslot } = await on.admin.sessions.book({ body: soon() });
    expect(timeslot).toMatchObject({ start: scene.at(25 / 60), leadSeconds: 300, teardownSeconds: 60 });
  });
});

describe('the length of a slot', () => {
  it('is lengthened by the candidate’s time accommodation, and so is what the definition allows', async () => {
    const { spec } = await scene.definition();
    const candidate = { externalId: 'c1', accommodationFactor: 1.5 };
    const most = spec.maxDurationMinutes * 60;
    const { timeslot } = await on.admin.sessions.book({ body: soon({ candidate, durationSeconds: most }) });
    expect(seconds(timeslot.start, timeslot.end)).toBe(most * 1.5);
    const longer = on.admin.sessions.book({ body: soon({ candidate, durationSeconds: most + 60 }) });
    await expect(longer).rejects.toMatchObject({ code: 'rule', fields: [{ pointer: '/durationSeconds' }] });
  });

  it('an end is taken as it is', async () => {
    await scene.definition();
    const candidate = { externalId: 'c1', accommodationFactor: 1.5 };
    const { timeslot } = await scene.book(2, { candidate });
    expect(seconds(timeslot.start, timeslot.end)).toBe(3_600);
  });

  it.each<[string, Partial<BookingRequest>, string]>([
    ['neither end nor duration', { durationSeconds: undefined }, '/end'],
    ['both end and duration', { end: '2026-01-01T05:00:00Z' }, '/durationSeconds'],
    [
      'an end before the start',
      { durationSeconds: undefined, start: '2026-01-01T05:00:00Z', end: '2026-01-01T04:00:00Z' },
      '/end',
    ],
    ['no definition', { definition: undefined }, '/definitionId'],
  ])('is refused with %s', async (_what, more, pointer) => {
    await scene.definition();
    const body = JSON.parse(JSON.stringify(soon(more)));
    await expect(on.admin.sessions.book({ body })).rejects.toMatchObject({
      code: 'rule',
      fields: [{ pointer }],
    });
  });
});

describe('the start of a booking', () => {
  it.each(['2026-01-01T10:00:00', '2026-01-01', 'tomorrow', '2026-01-01T10:00:00+99:00'])(
    'is refused where it names no moment: %s',
    async (start) => {
      await scene.definition();
      const body = JSON.parse(JSON.stringify(soon({ start })));
      await expect(on.admin.sessions.book({ body })).rejects.toMatchObject({
        code: 'invalid',
        fields: [{ pointer: '/start' }],
      });
    },
  );
});

describe('the definition of a booking', () => {
  it('by name is the newest active version as semver counts', async () => {
    for (const version of ['1.2.0', '1.10.0', '1.9.0', '2.0.0-beta.1']) await scene.definition(version);
    const deprecated = await scene.definition('3.0.0');
    await on.admin.definitions.deprecate({ params: { id: deprecated.id }, body: {} });
    expect((await scene.book(2)).definition.version).toBe('2.0.0-beta.1');
    const named = await scene.book(2, { definition: { name: 'two-routers', version: '1.9.0' } });
    expect(named.definition.version).toBe('1.9.0');
    const old = scene.book(2, { definition: { name: 'two-routers', version: '3.0.0' } });
    await expect(old).rejects.toMatchObject({ code: 'conflict', facts: { status: 'DEPRECATED' } });
    const unknown = scene.book(2, { definition: { name: 'nothing' } });
    await expect(unknown).rejects.toMatchObject({ code: 'notFound', fields: [{ pointer: '/definition' }] });
  });
});

describe('who books for whom', () => {
  beforeEach(() => scene.definition());
  const bookAs = (caller: ReturnType<typeof callerOf>, more: Partial<BookingRequest>) =>
    clientAs(caller, on.plane.fetch).sessions.book({ body: soon(more) });

  it('more time is granted by managers, and taken by nobody', async () => {
    await scene.definition();
    const candidate = { accommodationFactor: 2 };
    await expect(bookAs(callerOf('user', 'ann', 'ccie'), { candidate })).rejects.toMatchObject({
      code: 'forbidden',
      fields: [{ pointer: '/candidate/accommodationFactor' }],
    });
    const { timeslot } = await bookAs(callerOf('manager', 'mia', 'ccie'), { candidate });
    expect(seconds(timeslot.start, timeslot.end)).toBe(2_400);
  });
  const other = { externalId: 'somebody' };

  it('everybody who books books for themselves in their own department', async () => {
    const session = await bookAs(callerOf('user', 'ann', 'ccie'), {});
    expect(session).toMatchObject({ ownerKey: 'https://idp|id-of-ann', department: 'ccie', bookedBy: 'ann' });
    await expect(bookAs(callerOf('user', 'ann', 'ccie'), { owner: other })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(bookAs(callerOf('candidate', 'cy'), {})).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('managers book for others, in their own department only; admins in any', async () => {
    const manager = callerOf('manager', 'max', 'ccie');
    expect(await bookAs(manager, { owner: other })).toMatchObject({
      ownerKey: 'external:somebody',
      department: 'ccie',
    });
    await expect(bookAs(manager, { department: 'ccna' })).rejects.toMatchObject({
      code: 'forbidden',
      fields: [{ pointer: '/department' }],
    });
    expect(await bookAs(admin, { owner: other, department: 'ccna' })).toMatchObject({ department: 'ccna' });
  });

  it('a region is kept with the booking', async () => {
    expect(await bookAs(admin, { region: 'eu-west-1' })).toMatchObject({ region: 'eu-west-1' });
  });
});

describe('a booking that is sent again', () => {
  beforeEach(() => scene.definition());
  const key = { 'idempotency-key': 'k-1' };

  it('with its reservation id exists once, whoever sends it', async () => {
    const first = await scene.book(2, { reservationId: 'r-1', owner: { externalId: 'c' } });
    const slot = { start: scene.at(2), end: scene.at(3) };
    const body = {
      definition: { name: 'two-routers' },
      ...slot,
      reservationId: 'r-1',
      owner: { externalId: 'c' },
    };
    const again = await clientAs(callerOf('manager', 'max'), on.plane.fetch).sessions.book({ body });
    expect(again).toMatchObject({ id: first.id });
    const elsewhen = scene.book(4, { reservationId: 'r-1', owner: { externalId: 'c' } });
    await expect(elsewhen).rejects.toMatchObject({ code: 'conflict', facts: { sessionId: first.id } });
    expect(await on.store.count('session')).toBe(1);
  });

  it('ten times at once with one key makes one session', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => on.admin.sessions.book({ body: soon(), headers: key })),
    );
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await on.store.count('session')).toBe(1);
  });

  it('with the same key by another caller is another session', async () => {
    const mine = await on.admin.sessions.book({ body: soon(), headers: key });
    const theirs = await clientAs(callerOf('user', 'ann'), on.plane.fetch).sessions.book({
      body: soon(),
      headers: key,
    });
    expect(theirs.id).not.toBe(mine.id);
  });

  it('with the same key for another definition is refused, and names the session', async () => {
    const first = await on.admin.sessions.book({ body: soon(), headers: key });
    await scene.definition('2.0.0');
    const other = on.admin.sessions.book({ body: soon(), headers: key });
    await expect(other).rejects.toMatchObject({ code: 'conflict', facts: { sessionId: first.id } });
  });
});

describe('the quota of an owner', () => {
  beforeEach(async () => {
    await scene.definition();
    await on.admin.settings.change({ body: { maxSessionsPerOwner: 2 } });
  });

  it('is taken by each session and given back when it has ended', async () => {
    const first = await scene.book(2);
    await scene.book(2);
    await expect(scene.book(2)).rejects.toMatchObject({ code: 'quota' });
    await scene.book(2, { owner: { externalId: 'other' } });
    await on.admin.sessions.cancel({ params: { id: first.id }, body: {} });
    await on.clock.advance(2_000);
    await scene.book(2);
  });

  it('is not taken for a request that comes again', async () => {
    for (const _ of [1, 2, 3])
      await on.admin.sessions.book({ body: soon(), headers: { 'idempotency-key': 'k' } });
    await scene.book(2);
    await expect(scene.book(2)).rejects.toMatchObject({ code: 'quota' });
  });

  it('is never passed, however many come at once', async () => {
    const settled = await Promise.allSettled(Array.from({ length: 12 }, () => scene.book(2)));
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(await on.store.count('session')).toBe(2);
  });

  it('that a crash took for a session that never came is given back when it is needed', async () => {
    for (const commits of [2, 1]) {
      failing.failAfter(commits);
      await expect(scene.book(2)).rejects.toMatchObject({ code: 'unavailable' });
      failing.recover();
    }
    await expect(scene.book(2)).rejects.toMatchObject({ code: 'quota' });
    await on.clock.advance(120_000);
    await scene.book(2);
  });
});
