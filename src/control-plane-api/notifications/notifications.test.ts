import { createHmac } from 'node:crypto';
import type { SubscriptionView } from '@lcm/core/api/notifications.ts';
import { placementId, subscriptionId, taskId } from '@lcm/core/domain/ids.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Letter } from '@lcm/core/spi/mail.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StandingOf } from '../auth/known-people.ts';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { sceneOn } from '../scene.fixture.ts';
import { callerOf, clientAs, testCallers } from '../test-callers.fixture.ts';

/** A receiver of webhooks: what it was sent, and what it answers. */
interface Posted {
  url: string;
  headers: Headers;
  body: string;
}
let posted: Posted[];
let letters: Letter[];
let answer: () => Response;
/** What people are by now, by subject; as they were where nothing is said. */
let standings: Record<string, Awaited<ReturnType<StandingOf>>>;
let on: TestPlane;
let scene: ReturnType<typeof sceneOn>;

const HOOK = 'https://hooks.example.com/lcm';
const admin = callerOf('admin', 'root');
const ann = callerOf('user', 'ann', 'ccie');
const max = callerOf('manager', 'max', 'ccie');
const cy = callerOf('candidate', 'cy');

beforeEach(async () => {
  [posted, letters, answer] = [[], [], () => new Response(null, { status: 204 })];
  standings = {};
  const check = async (url: string) => {
    if (new URL(url).hostname === '169.254.169.254') throw new Refusal('rule', 'it is not to be reached');
  };
  const plane = await startTestPlane({
    authenticate: testCallers,
    parts: {
      standingOf: async ({ subject }) => standings[subject],
      outgoing: {
        web: {
          check,
          fetch: async (url, { headers, body }) => {
            posted.push({ url, headers: new Headers(headers), body: String(body) });
            return answer();
          },
        },
        mail: {
          send: async (letter) => {
            letters.push(letter);
          },
        },
      },
    },
  });
  const { fetch } = plane.plane;
  on = { ...plane, admin: clientAs(admin, fetch), controller: clientAs(callerOf('controller', 'c'), fetch) };
  scene = sceneOn(on);
});
afterEach(() => on.stop());

const as = (caller: typeof admin) => clientAs(caller, on.plane.fetch).notifications;
const subscribe = (caller: typeof admin, more: object = {}) =>
  as(caller).subscriptions.create({
    body: {
      occasions: ['session.cancelled', 'task.raised', 'task.assigned'],
      channel: { type: 'webhook', url: HOOK },
      ...more,
    },
  });
const of = ({ id }: Pick<SubscriptionView, 'id'>) => ({ params: { id } });
const told = () => posted.map(({ body }) => JSON.parse(body));

/** Raises a task of that department and lets what follows happen. */
async function raise(id: string, department = 'ccie', waitMs = 5_000): Promise<void> {
  const command = { type: 'raise' as const, id: taskId.parse(id), title: `Look at ${id}`, description: '' };
  await on.controller.internal.tasks.command({
    params: { id },
    body: { command: { ...command, priority: 'high', department } },
  });
  await on.clock.advance(waitMs);
}

it('an owner is told of the own session, signed, and of nobody else’s', async () => {
  const { secret = '' } = await subscribe(ann);
  await scene.definition();
  const owner = { issuer: ann.issuer, subject: ann.subject };
  const hers = await scene.book(2, {
    owner,
    candidate: { email: 'marker@example.com', givenName: 'Marker' },
  });
  const other = await scene.book(4, { owner: { externalId: 'o' } });
  for (const { id } of [hers, other]) await on.admin.sessions.cancel({ params: { id }, body: {} });
  await on.clock.advance(5_000);
  expect(told()).toMatchObject([
    {
      specversion: '1.0',
      type: 'io.lablet-cloud-manager.notification.session.cancelled.v1',
      subject: `session/${hers.id}`,
      data: { outcome: 'cancelled', definition: 'two-routers 1.0.0' },
    },
  ]);
  const [{ headers, body, url } = { headers: new Headers(), body: '', url: '' }] = posted;
  expect([url, headers.get('content-type')]).toEqual([HOOK, 'application/cloudevents+json']);
  const signed = `${headers.get('webhook-id')}.${headers.get('webhook-timestamp')}.${body}`;
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const mac = createHmac('sha256', key).update(signed).digest('base64');
  expect(headers.get('webhook-signature')).toBe(`v1,${mac}`);
  expect(body).not.toMatch(/marker/i);
});

it('whoever has left the department, the role or the house is told of it no longer', async () => {
  await subscribe(max, { reach: 'department' });
  await subscribe(admin, { reach: 'all' });
  await raise('t-1');
  expect(posted).toHaveLength(2);
  standings = {
    [max.subject]: { roles: ['manager'], department: 'ccna' },
    [admin.subject]: { roles: ['user'] },
  };
  await raise('t-2');
  standings = { [max.subject]: 'gone', [admin.subject]: 'gone' };
  await raise('t-3');
  expect(posted).toHaveLength(2);
  standings = { [max.subject]: { roles: ['manager'], department: 'ccie' } };
  await raise('t-4');
  expect(told().map(({ subject }) => subject)).toEqual(
    expect.arrayContaining(['task/t-1', 'task/t-1', 'task/t-4', 'task/t-4']),
  );
});

it('a manager is told of the own department, an admin of everything, an assignee of what is theirs', async () => {
  await subscribe(max, { reach: 'department', channel: { type: 'webhook', url: `${HOOK}/max` } });
  await subscribe(admin, { reach: 'all', channel: { type: 'webhook', url: `${HOOK}/root` } });
  await subscribe(ann, { channel: { type: 'webhook', url: `${HOOK}/ann` } });
  await raise('t-1', 'ccie');
  await raise('t-2', 'ccna');
  await on.admin.tasks.assign({ params: { id: taskId.parse('t-2') }, body: { assignee: 'ann' } });
  await on.clock.advance(5_000);
  const heard = posted.map(({ url, body }) => `${url.slice(HOOK.length)} ${JSON.parse(body).subject}`).sort();
  expect(heard).toEqual(['/ann task/t-2', '/max task/t-1', '/root task/t-1', '/root task/t-2']);
});

it('nobody subscribes to more than the role sees', async () => {
  for (const [caller, reach] of [
    [cy, 'department'],
    [ann, 'department'],
    [ann, 'all'],
    [max, 'all'],
  ] as const)
    await expect(subscribe(caller, { reach })).rejects.toMatchObject({ code: 'forbidden' });
});

it('a webhook that leads inside is refused when it is named', async () => {
  const url = 'http://169.254.169.254/latest/meta-data';
  await expect(subscribe(ann, { channel: { type: 'webhook', url } })).rejects.toMatchObject({
    code: 'rule',
    fields: [{ pointer: '/channel/url' }],
  });
  const ownerNotification = { webhookUrl: url };
  await expect(scene.definition('1.0.0', { ownerNotification })).rejects.toMatchObject({ code: 'rule' });
  for (const bad of ['file:///etc/passwd', 'ftp://x.example.com/'])
    await expect(subscribe(ann, { channel: { type: 'webhook', url: bad } })).rejects.toMatchObject({
      code: 'invalid',
    });
});

it('a subscription is its owner’s alone', async () => {
  const made = await subscribe(ann);
  const [max_, own] = [as(max).subscriptions, as(ann).subscriptions];
  for (const refused of [
    () => max_.get(of(made)),
    () => max_.update({ ...of(made), body: { muted: true } }),
    () => max_.delete(of(made)),
    () => max_.newSecret(of(made)),
    () => max_.messages({ ...of(made) }),
    () => as(admin).definitionSubscriptions.newSecret(of(made)),
  ])
    await expect(refused()).rejects.toMatchObject({ code: 'notFound' });
  expect((await max_.list()).items).toEqual([]);
  expect((await own.list()).items).toMatchObject([{ id: made.id }]);
});

it('neither the secret nor where messages go is in what is stored, logged or shown', async () => {
  const url = `${HOOK}?token=marker-of-the-url`;
  const { secret = '', ...made } = await subscribe(ann, { channel: { type: 'webhook', url } });
  expect(secret).toMatch(/^whsec_/);
  const events = await on.store.readLog(0, 100);
  const shown = await as(ann).subscriptions.get(of(made));
  const everything = JSON.stringify([events, shown, await on.store.load('subscription', made.id)]);
  expect(everything).not.toContain('marker-of-the-url');
  expect(everything).not.toContain(secret);
  expect(shown.channel).toEqual({ type: 'webhook', hint: 'hooks.example.com' });
  expect((await as(ann).subscriptions.newSecret(of(made))).secret).not.toBe(secret);
});

it('a mailbox is written to once its owner has given the code back', async () => {
  const channel = { type: 'email', address: 'ann@example.com' };
  const made = await subscribe(max, { reach: 'department', channel });
  expect(made).toMatchObject({ status: 'UNCONFIRMED', channel: { hint: 'a…@example.com' } });
  const [{ text, to } = { text: '', to: '' }] = letters;
  const code = /^[\w-]{43}$/m.exec(text)?.[0] ?? '';
  await raise('t-1');
  expect([to, letters.length]).toEqual(['ann@example.com', 1]);
  const confirm = (said: string) => as(max).subscriptions.confirm({ ...of(made), body: { code: said } });
  await expect(confirm('another')).rejects.toMatchObject({ code: 'rule' });
  await expect(as(max).subscriptions.enable(of(made))).rejects.toMatchObject({ code: 'conflict' });
  expect((await confirm(code)).status).toBe('ACTIVE');
  await raise('t-2');
  expect(letters.slice(1)).toMatchObject([
    { to: 'ann@example.com', subject: '[LCM] Task raised: Look at t-2' },
  ]);
});

it('not more than ten mailboxes a day are written to for one person', async () => {
  const tries = Array.from({ length: 11 }, (_, n) => ({ type: 'email', address: `victim${n}@example.com` }));
  for (const channel of tries.slice(0, 10))
    await as(ann).subscriptions.delete(of(await subscribe(ann, { channel })));
  await expect(subscribe(ann, { channel: tries[10] })).rejects.toMatchObject({ code: 'quota' });
  expect(letters).toHaveLength(10);
});

it('what happens in one window goes together', async () => {
  await subscribe(max, { reach: 'department', digestSeconds: 3_600 });
  for (const id of ['t-1', 't-2', 't-3']) await raise(id);
  expect(posted).toEqual([]);
  await on.clock.advance(3_600_000);
  expect(posted).toHaveLength(1);
  expect(posted[0]?.headers.get('content-type')).toBe('application/cloudevents-batch+json');
  expect(told()[0].map(({ subject }: { subject: string }) => subject)).toEqual([
    'task/t-1',
    'task/t-2',
    'task/t-3',
  ]);
});

it('nothing is told while it is muted, or after it is deleted', async () => {
  const made = await subscribe(max, { reach: 'department' });
  await as(max).subscriptions.update({ ...of(made), body: { muted: true } });
  await raise('t-1');
  await as(max).subscriptions.update({ ...of(made), body: { muted: false } });
  await raise('t-2');
  await as(max).subscriptions.delete(of(made));
  await raise('t-3');
  expect(told().map(({ subject }) => subject)).toEqual(['task/t-2']);
  await expect(as(max).subscriptions.get(of(made))).rejects.toMatchObject({ code: 'notFound' });
});

it('a receiver that fails is tried again, further and further apart, with the same id', async () => {
  const made = await subscribe(max, { reach: 'department' });
  answer = () => new Response(null, { status: 500 });
  await raise('t-1', 'ccie', 600_000);
  const tries = posted.length;
  expect(tries).toBeGreaterThan(3);
  expect(tries).toBeLessThan(8);
  answer = () => new Response(null, { status: 200 });
  await on.clock.advance(3_600_000);
  expect(posted).toHaveLength(tries + 1);
  expect(new Set(posted.map(({ headers }) => headers.get('webhook-id'))).size).toBe(1);
  const { items } = await as(max).subscriptions.messages(of(made));
  expect(items).toMatchObject([{ status: 'SENT', attempts: tries + 1, lastError: 'it answered 500' }]);
});

it('what does not arrive for a day is given up, and somebody is asked to look', async () => {
  const made = await subscribe(max, { reach: 'department' });
  answer = () => new Response(null, { status: 500 });
  await raise('t-1', 'ccie', 25 * 3_600_000);
  const tries = posted.length;
  const { items } = await as(max).subscriptions.messages(of(made));
  expect(items).toMatchObject([{ status: 'FAILED' }]);
  const { items: tasks } = await on.admin.tasks.list({ query: { aboutId: made.id } });
  expect(tasks).toMatchObject([{ status: 'OPEN', title: 'Messages to hooks.example.com do not arrive' }]);
  await on.clock.advance(2 * 3_600_000);
  expect(posted).toHaveLength(tries);
});

it('410 ends a subscription until it is enabled again', async () => {
  const made = await subscribe(max, { reach: 'department' });
  answer = () => new Response(null, { status: 410 });
  await raise('t-1');
  expect(await as(max).subscriptions.get(of(made))).toMatchObject({
    status: 'DISABLED',
    disabledReason: expect.stringContaining('410'),
  });
  answer = () => new Response(null, { status: 200 });
  await raise('t-2');
  expect(posted).toHaveLength(1);
  await as(max).subscriptions.enable(of(made));
  await raise('t-3');
  expect(told().map(({ subject }) => subject)).toEqual(['task/t-1', 'task/t-3']);
});

it('429 is obeyed, by all messages to that receiver', async () => {
  await subscribe(max, { reach: 'department' });
  answer = () => new Response(null, { status: 429, headers: { 'retry-after': '600' } });
  await raise('t-1');
  await raise('t-2');
  expect(posted).toHaveLength(1);
  answer = () => new Response(null, { status: 200 });
  await on.clock.advance(500_000);
  expect(posted).toHaveLength(1);
  await on.clock.advance(200_000);
  expect(
    told()
      .map(({ subject }) => subject)
      .sort(),
  ).toEqual(['task/t-1', 'task/t-1', 'task/t-2']);
});

/** A session that fails before its lab is built, with what follows from that. */
async function failing(more: object): Promise<void> {
  const session = await scene.book(2, more);
  const worker = await scene.worker();
  await scene.place(session, worker.id);
  const end = { type: 'end', outcome: 'failed', reason: 'no lab' } as const;
  await scene.step(session, { type: 'startInstantiating' }, end, { type: 'markStopped' });
  const release = {
    sessionId: session.id,
    placementId: placementId.parse(`p-${session.id}`),
    workerId: worker.id,
  };
  await on.controller.internal.releasePlacements({ body: { items: [release] } });
  await scene.step(session, { type: 'finish' });
  await on.clock.advance(5_000);
}

it('a candidate whose session fails gets a letter, unless the operator does not want that', async () => {
  await scene.definition();
  await failing({ candidate: { email: 'cy@example.com' } });
  expect(letters).toMatchObject([
    { to: 'cy@example.com', subject: '[LCM] Session failed: two-routers 1.0.0' },
  ]);
  expect(JSON.stringify(await on.store.readLog(0, 500)).match(/cy@example\.com/g)).toHaveLength(1);
  await on.admin.settings.change({ body: { notifications: { tellCandidates: false } } });
  await failing({ candidate: { email: 'cy@example.com' }, reservationId: 'r-2' });
  expect(letters).toHaveLength(1);
});

it('a definition’s own wishes are met, and lab authors may have them signed', async () => {
  const ownerNotification = {
    email: 'author@example.com',
    webhookUrl: HOOK,
    onComplete: false,
    onError: true,
  };
  await scene.definition('1.0.0', { ownerNotification });
  await failing({});
  expect(letters).toMatchObject([
    { to: 'author@example.com', subject: '[LCM] Session failed: two-routers 1.0.0' },
  ]);
  expect(told()).toMatchObject([{ data: { outcome: 'failed' } }]);
  const lou = as(callerOf('lab-author', 'lou'));
  const { items } = await lou.definitionSubscriptions.list();
  expect(items.map(({ channel }) => channel.hint).sort()).toEqual(['a…@example.com', 'hooks.example.com']);
  const hook = items.find(({ channel }) => channel.type === 'webhook');
  expect(
    (
      await lou.definitionSubscriptions.newSecret({
        params: { id: hook?.id ?? subscriptionId.parse('none') },
      })
    ).secret,
  ).toMatch(/^whsec_/);
  await expect(as(ann).definitionSubscriptions.list()).rejects.toMatchObject({ code: 'forbidden' });
});
