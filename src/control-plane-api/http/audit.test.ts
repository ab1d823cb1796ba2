import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { cloudEvent } from '@lcm/core/api/cloud-events.ts';
import { SERVICES } from '@lcm/core/api/services.ts';
import type { AuditEntry } from '@lcm/core/domain/audit-entry.ts';
import { sessionId, userSessionId } from '@lcm/core/domain/ids.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryBooks } from '../audit/books.fixture.ts';
import { auditEvent, followAudit } from '../audit/follow.ts';
import type { AuditBooks } from '../audit/trail.ts';
import type { Caller } from '../auth/caller.ts';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { sceneOn } from '../scene.fixture.ts';
import { asCaller, callerOf, clientAs, testCallers } from '../test-callers.fixture.ts';
import { ONLY_ASKING } from './audit-requests.ts';

const ADDRESS = '192.0.2.7';
const ROOT = person('admin', 'root');
const ADA = { ...person('manager', 'ada'), department: 'networks' };

function person(role: Caller['roles'][number], name: string): Caller {
  const credential = { type: 'bearer' as const, id: `token-of-${name}` };
  return { ...callerOf(role, name), credential, address: ADDRESS };
}

let on: TestPlane;
let books: AuditBooks;
let admin: TestPlane['admin'];
let controller: TestPlane['controller'];
let scene: ReturnType<typeof sceneOn>;
beforeEach(async () => {
  const clock = new VirtualClock(Date.parse('2026-01-01T23:58:00Z'));
  books = await memoryBooks();
  on = await startTestPlane({ authenticate: testCallers, clock, parts: { audit: books } });
  admin = clientAs(ROOT, on.plane.fetch);
  controller = clientAs(
    { ...callerOf('controller', 'resource-scheduler'), services: SERVICES },
    on.plane.fetch,
  );
  scene = sceneOn({ ...on, admin, controller });
  await scene.definition();
});
afterEach(() => on.stop());

/** What the audit has after all that happened so far was taken over. */
async function audited(query: Parameters<typeof admin.audit.list>[0] = {}): Promise<AuditEntry[]> {
  for (let n = 0; n < 20; n++) await on.clock.advance(200);
  return (await admin.audit.list(query)).items;
}
const the = async (operation: string, more: object = {}) => {
  const entries = await audited({ query: { operation, ...more } });
  const [entry] = entries;
  if (!entry || entries.length > 1) throw new Error(`${operation} has ${entries.length} entries`);
  return entry;
};
const refused = (call: Promise<unknown>) => expect(call).rejects.toMatchObject({ name: 'Refusal' });

describe('what the audit tells of a change', () => {
  it('is who did what to which resource when, with which credential, from where, and what changed', async () => {
    const session = await scene.book(24, { candidate: { email: 'zoe@example.com', givenName: 'Zoë' } });
    const entry = await the('sessions.book');
    expect(entry).toMatchObject({
      id: `session:${session.id}:1`,
      at: session.createdAt,
      outcome: 'done',
      operation: 'sessions.book',
      actor: {
        issuer: 'https://idp',
        subject: 'id-of-root',
        username: 'root',
        roles: ['admin'],
        credential: { type: 'bearer', id: 'token-of-root' },
        address: ADDRESS,
      },
      resource: { kind: 'session', id: session.id },
      events: ['session.created'],
    });
    expect(entry.correlationId).toMatch(/^[\w-]{36}$/);
    expect(entry.differences).toContainEqual({ field: '/status', to: 'PENDING' });
    expect(entry.differences).toContainEqual({ field: '/candidate/email', to: 'zoe@example.com' });
  });

  it('is why, and each field with what was there before', async () => {
    const session = await scene.book(24);
    await admin.sessions.cancel({ params: { id: session.id }, body: { reason: 'the exam is off' } });
    const entry = await the('sessions.cancel');
    expect(entry).toMatchObject({
      reason: 'the exam is off',
      events: ['session.ending.recorded', 'session.terminated'],
    });
    expect(entry.differences).toContainEqual({ field: '/status', from: 'PENDING', to: 'TERMINATED' });
  });

  it('is who acted as somebody else', async () => {
    const impersonator = { issuer: 'https://idp', subject: 'id-of-root', username: 'root' };
    const asAda = clientAs({ ...ADA, impersonator }, on.plane.fetch);
    await asAda.sessions.book({ body: { definition: { name: 'two-routers' }, durationSeconds: 3_600 } });
    expect((await the('sessions.book')).actor).toMatchObject({ username: 'ada', impersonator });
  });

  it('goes by one correlation id with all that one request changed', async () => {
    const { id } = await scene.worker();
    const [made] = await audited({ query: { kind: 'worker', resourceId: id } });
    const together = await audited({ query: { correlationId: made?.correlationId } });
    expect(together.map(({ resource }) => resource?.kind).sort()).toEqual(
      expect.arrayContaining(['worker', 'worker-ledger']),
    );
    expect(new Set(together.map(({ operation }) => operation))).toEqual(new Set(['workers.create']));
  });

  it('never holds a secret', async () => {
    const sessionId = (await scene.book(24)).id;
    const params = { id: userSessionId.parse('us-1') };
    const loginUrl = 'https://lds/marker-of-a-login';
    for (const command of [
      { type: 'open' as const, id: params.id, sessionId },
      { type: 'provision' as const, ldsSessionId: 'lds-1', loginUrl, devices: [] },
    ])
      await controller.internal.userSessions.command({ params, body: { command } });
    const entries = await audited({ query: { kind: 'user-session' } });
    expect(entries[0]?.differences).toContainEqual({ field: '/loginUrl', hidden: true });
    const everything = JSON.stringify(await audited({ query: { limit: 1_000 } }));
    expect(everything).not.toContain('marker-of-a-login');
    expect(everything).not.toMatch(/Bearer |authorization/i);
  });
});

describe('what the audit tells of a refusal', () => {
  it('is what was refused, to whom and why, in any stage', async () => {
    const user = clientAs(person('user', 'uma'), on.plane.fetch);
    const { id } = await scene.book(24);
    await refused(user.sessions.hold({ params: { id }, body: {} }));
    expect(await the('sessions.hold')).toMatchObject({
      outcome: 'refused',
      actor: { username: 'uma' },
      resource: { kind: 'session', id },
      refusal: { code: 'forbidden' },
    });
    await refused(admin.sessions.pause({ params: { id }, body: {} }));
    expect(await the('sessions.pause')).toMatchObject({ refusal: { code: 'illegalTransition' } });
    const malformed = { method: 'POST' as const, url: '/api/v1/sessions', headers: asCaller(ROOT) };
    await on.plane.app.inject({ ...malformed, payload: { definitionId: 7 } });
    expect((await audited({ query: { outcome: 'refused', operation: 'sessions.book' } }))[0]).toMatchObject({
      refusal: { code: 'invalid' },
    });
  });

  it('tells of those who did not say who they are by their address', async () => {
    await on.plane.app.inject({ method: 'PATCH', url: '/api/v1/settings', remoteAddress: ADDRESS });
    expect(await the('settings.change')).toMatchObject({
      actor: { issuer: '', subject: 'anonymous', address: ADDRESS },
      refusal: { code: 'unauthenticated' },
    });
  });

  it('is told of each item of a batch by itself', async () => {
    const [one, two] = [await scene.book(24), await scene.book(30)];
    const user = clientAs(person('user', 'uma'), on.plane.fetch);
    const items = [{ id: one.id }, { id: two.id }, { id: sessionId.parse('s-none') }];
    await user.sessionBatches.act({ body: { action: 'cancel', items } });
    const entries = await audited({ query: { operation: 'sessionBatches.act' } });
    expect(entries.map(({ resource, refusal }) => [resource?.id, refusal?.code]).sort()).toEqual(
      [
        [one.id, 'forbidden'],
        [two.id, 'forbidden'],
        ['s-none', 'notFound'],
      ].sort(),
    );
    for (const { outcome, actor } of entries)
      expect([outcome, actor.username, actor.address]).toEqual(['refused', 'uma', ADDRESS]);
  });

  it('counts a flood instead of keeping each of it', async () => {
    const user = clientAs(person('user', 'uma'), on.plane.fetch);
    for (let n = 0; n < 50; n++) await refused(user.settings.change({ body: { maxWorkersPerRegion: n } }));
    await on.clock.advance(60_000);
    const entries = await audited({ query: { operation: 'settings.change' } });
    expect(entries).toHaveLength(21);
    expect(entries[0]).toMatchObject({ times: 30 });
  });
});

describe('the audit', () => {
  it('has an entry of every request that may change something, and none of those that only ask', async () => {
    const before = (await audited({ query: { limit: 1_000 } })).length;
    expect([...ONLY_ASKING]).toEqual(['sessions.dryRun']);
    await admin.sessions.list({});
    await admin.sessions.dryRun({ body: { definition: { name: 'two-routers' }, durationSeconds: 3_600 } });
    expect(await audited({ query: { limit: 1_000 } })).toHaveLength(before);
    await admin.settings.change({ body: { maxWorkersPerRegion: 7 } });
    await admin.settings.change({ body: { maxWorkersPerRegion: 7 } });
    const entries = await audited({ query: { operation: 'settings.change' } });
    expect(entries.map(({ differences }) => differences?.length)).toEqual([undefined, 1]);
  });

  it('is searched by who, what, when, how it came out, and any text', async () => {
    const asAda = clientAs(ADA, on.plane.fetch);
    await asAda.sessions.book({
      body: {
        definition: { name: 'two-routers' },
        durationSeconds: 3_600,
        candidate: { email: 'zoe@example.com' },
      },
    });
    const [booked] = await audited({ query: { operation: 'sessions.book' } });
    for (const who of ['ada', 'ADA', 'id-of-ada', 'https://idp|id-of-ada'])
      expect(await audited({ query: { who } })).toEqual([booked]);
    expect(await audited({ query: { who: 'nobody' } })).toEqual([]);
    expect(await audited({ query: { text: 'ZOE@example' } })).toEqual([booked]);
    expect(await audited({ query: { text: 'nowhere to be found' } })).toEqual([]);
    expect(await audited({ query: { from: new Date(on.clock.now()).toISOString() } })).toEqual([]);
    const first = await admin.audit.list({ query: { limit: 1 } });
    const second = await admin.audit.list({ query: { limit: 1, cursor: first.nextCursor } });
    expect(second.items[0]?.id).not.toBe(first.items[0]?.id);
  });

  it('forgets a person, keeps what they did, and stays intact', async () => {
    const asAda = clientAs(ADA, on.plane.fetch);
    await asAda.sessions.book({ body: { definition: { name: 'two-routers' }, durationSeconds: 3_600 } });
    await audited();
    expect(await admin.audit.erase({ params: { id: 'ada' } })).toEqual({ persons: 1 });
    const entry = await the('sessions.book');
    expect(entry).toMatchObject({ erased: true, actor: { subject: 'id-of-ada' } });
    expect(JSON.stringify(entry)).not.toContain('"ada"');
    expect(entry.actor).not.toHaveProperty('address');
    expect(await admin.audit.verify()).toMatchObject({ intact: true });
    await expect(admin.audit.erase({ params: { id: 'ada' } })).rejects.toMatchObject({ code: 'notFound' });
    const erased = await the('audit.erase', { outcome: 'done' });
    expect(erased).toMatchObject({ actor: { username: 'root' } });
    expect(JSON.stringify(erased)).not.toContain('"ada"');
  });

  it('is read over on request', async () => {
    await scene.book(24);
    await audited();
    await on.clock.advance(2_000);
    const verdict = await admin.audit.verify();
    expect(verdict).toMatchObject({ intact: true, waiting: 0 });
    expect(verdict.rows).toBeGreaterThan(1);
    await on.clock.advance(120_000);
    await scene.book(24);
    await audited();
    expect((await admin.audit.seals()).items).toMatchObject([{ day: '2026-01-01', previousRoot: '' }]);
  });

  it('is exported whole, as JSON line by line and as CSV', async () => {
    const session = await scene.book(24);
    await admin.sessions.cancel({ params: { id: session.id }, body: { reason: '=1+1, "quoted"' } });
    const entries = await audited({ query: { kind: 'session' } });
    const got = async (query: string) =>
      on.plane.app.inject({ url: `/api/v1/audit/export?kind=session${query}`, headers: asCaller(ROOT) });
    const ndjson = await got('');
    expect(ndjson.headers['content-type']).toContain('ndjson');
    const lines = ndjson.body.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(entries);
    const csv = (await got('&format=csv')).body.split('\r\n');
    expect(csv[0]).toMatch(/^id,at,outcome,operation,/);
    expect(csv[1]).toContain(`"'=1+1, ""quoted"""`);
    expect(csv).toHaveLength(entries.length + 2);
    expect((await got('&format=xml')).statusCode).toBe(400);
    const url = '/api/v1/audit/export';
    const other = await on.plane.app.inject({ url, headers: asCaller(ADA) });
    expect(other.statusCode).toBe(403);
  });

  it('is streamed as CloudEvents, from any place in the chain on', async () => {
    await scene.book(24);
    await audited();
    await on.clock.advance(2_000);
    const events: ReturnType<typeof auditEvent>[] = [];
    const stopping = new AbortController();
    const following = (async () => {
      for await (const entries of followAudit(books, 1, { clock: on.clock, signal: stopping.signal }))
        for (const placed of entries) events.push(auditEvent(placed));
    })();
    await on.clock.advance(1_000);
    await scene.book(48);
    await audited();
    await on.clock.advance(3_000);
    stopping.abort();
    await following;
    const listed = (await audited({ query: { limit: 1_000 } })).map(({ id }) => id);
    expect(events.map(({ id }) => id).sort()).toEqual(listed.slice(0, -1).sort());
    expect(events.map(({ sequence }) => Number(sequence))).toEqual(events.map((_, index) => index + 2));
    expect(cloudEvent.parse(events[0])).toEqual(events[0]);
  });

  it('is for admins', async () => {
    for (const role of ['manager', 'lab-author', 'user', 'candidate'] as const)
      await expect(clientAs(person(role, 'x'), on.plane.fetch).audit.list({})).rejects.toMatchObject({
        code: 'forbidden',
      });
  });

  it('takes over what was changed before a restart, once', async () => {
    await scene.book(24);
    await on.plane.stop();
    const facts = (await on.store.readLog(0, 100)).filter(({ audit }) => audit);
    expect(facts.length).toBeGreaterThan(0);
    const again = await startTestPlane({
      authenticate: testCallers,
      store: on.store,
      clock: on.clock,
      parts: { audit: books },
    });
    on = again;
    admin = clientAs(ROOT, again.plane.fetch);
    expect(await audited({ query: { operation: 'sessions.book' } })).toHaveLength(1);
    expect((await on.store.readLog(0, 100)).filter(({ audit }) => audit)).toEqual([]);
  });
});
