import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { MemoryExpiringStore } from '@lcm/adapters/memory/memory-expiring-store.ts';
import { MemoryStore } from '@lcm/adapters/memory/memory-store.ts';
import { notificationId, taskId } from '@lcm/core/domain/ids.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { iso } from '@lcm/core/domain/time.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Commands } from '../commands/execute.ts';
import { startTestPlane, type TestPlane } from '../control-plane.fixture.ts';
import { callerOf, clientAs, testCallers } from '../test-callers.fixture.ts';

/** Two control planes on one store, as replicas run. */
let planes: TestPlane[];
let clock: VirtualClock;
let store: MemoryStore;
let posted: string[];
let subscription: string;
let slow: string | undefined;

beforeEach(async () => {
  [clock, store, posted, slow] = [new VirtualClock(), new MemoryStore(), [], undefined];
  const expiring = new MemoryExpiringStore(clock);
  const fetch = async (url: string, { signal }: RequestInit) => {
    posted.push(url);
    if (url === slow) await clock.sleep(30_000, signal ?? undefined);
    if (url.endsWith('/dead')) throw new Refusal('unavailable', 'nobody answers');
    if (url.endsWith('/inside')) throw new Refusal('rule', 'it is not to be reached from here');
    return new Response(null, { status: 204 });
  };
  const outgoing = { web: { fetch, check: async () => {} } };
  const start = () =>
    startTestPlane({ clock, store, authenticate: testCallers, parts: { expiring, outgoing } });
  planes = [await start(), await start()];
  subscription = await subscribe('https://hooks.example.com/a');
});
afterEach(async () => {
  for (const plane of planes) await plane.stop();
});

const client = (name: string) => {
  const [plane] = planes;
  if (!plane) throw new Error('there is no plane');
  return clientAs(callerOf('admin', name), plane.plane.fetch);
};

async function subscribe(url: string): Promise<string> {
  const channel = { type: 'webhook' as const, url };
  const body = { reach: 'all' as const, occasions: ['task.raised' as const], channel };
  return (await client('root').notifications.subscriptions.create({ body })).id;
}

const raise = (title: string) => client('root').tasks.create({ body: { title } });

it('the same key makes one subscription, whose secret is shown once', async () => {
  const channel = { type: 'webhook' as const, url: 'https://hooks.example.com/b' };
  const body = { occasions: ['task.raised' as const], channel };
  const { create } = client('ann').notifications.subscriptions;
  const headers = { 'idempotency-key': 'k-1' };
  const [first, again] = [await create({ body, headers }), await create({ body, headers })];
  expect(again.id).toBe(first.id);
  expect([typeof first.secret, typeof again.secret]).toEqual(['string', 'undefined']);
});

it('of several replicas, one sends a message', async () => {
  await raise('one');
  await raise('two');
  await clock.advance(10_000);
  expect(posted).toHaveLength(2);
});

it('what somebody took up and never finished is sent by the next', async () => {
  const id = notificationId.parse('n-1');
  const commands = new Commands(store, clock);
  const notice = {
    id: 't-1:1',
    occasion: 'task.raised' as const,
    at: iso(clock.now()),
    about: { kind: 'task', id: 't-1' },
    title: 'x',
    facts: {},
  };
  const dueAt = iso(clock.now());
  const until = iso(clock.now() + 120_000);
  const tell = { type: 'tell' as const, id, subscriptionId: subscription as never, notice, dueAt, by: 'x' };
  await commands.execute('notification', id, tell);
  await commands.execute('notification', id, { type: 'begin', until, by: 'x' });
  await clock.advance(60_000);
  expect(posted).toEqual([]);
  await clock.advance(120_000);
  expect(posted).toHaveLength(1);
});

it('a receiver that is slow holds up no other', async () => {
  slow = 'https://slow.example.com/a';
  await subscribe(slow);
  await raise('one');
  await clock.advance(2_000);
  expect(posted.sort()).toEqual(['https://hooks.example.com/a', slow]);
  await clock.advance(60_000);
  expect(posted).toHaveLength(2);
});

it('a receiver that does not answer is asked by one message at a time', async () => {
  const dead = 'https://hooks.example.com/dead';
  await subscribe(dead);
  for (const title of ['one', 'two', 'three']) await raise(title);
  await clock.advance(5_000);
  const asked = () => posted.filter((url) => url === dead).length;
  // One by each of the two replicas at most.
  expect(asked()).toBeLessThanOrEqual(2);
  expect(posted.length - asked()).toBe(3);
  await clock.advance(60_000);
  expect(asked()).toBeGreaterThan(3);
});

it('what must not be reached by the time it is sent is given up at once, and told', async () => {
  const inside = await subscribe('https://rebinding.example.com/inside');
  await raise('one');
  await clock.advance(5_000);
  expect(posted.filter((url) => url.endsWith('/inside'))).toHaveLength(1);
  const id = taskId.parse(`task-${inside}-${iso(clock.now()).slice(0, 10)}`);
  expect(await client('root').tasks.get({ params: { id } })).toMatchObject({
    about: { kind: 'subscription', id: inside },
    description: expect.stringContaining('not to be reached'),
  });
});
