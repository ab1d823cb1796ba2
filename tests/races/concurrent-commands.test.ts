import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { TOPOLOGY } from '@lcm/control-plane-api/scene.fixture.ts';
import { labRecordId, type WorkerId } from '@lcm/core/domain/ids.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { SessionCommand } from '@lcm/core/domain/session.ts';
import type { Session, SessionStatus } from '@lcm/core/domain/session-state.ts';
import { iso, ms } from '@lcm/core/domain/time.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';
import { describe, expect, it } from 'vitest';
import { report } from './figures.ts';
import { overCommitments, unclaimed } from './ledger-judge.ts';
import { contradictions } from './log-judge.ts';
import { place, type Replica, startReplicas } from './planes.ts';
import { type Asked, unexplained } from './serialisation.ts';
import { STORES } from './stores.ts';

/** Sessions raced over per state; `LCM_RACE_RUNS` for more. */
const RUNS = Number(process.env['LCM_RACE_RUNS'] ?? 6);
/** Wishes to one session at once, and events from outside beside them. */
const WISHES = 10;
const NOISE = 5;

type On = Awaited<ReturnType<typeof startReplicas>>;
type Wish = Omit<Asked, 'refusal'> & { ask(replica: Replica, id: string): Promise<unknown> };

/** Steps of the controllers that lead to each state, after the booking; a placement where it begins with one. */
const WAYS: Partial<Record<SessionStatus, readonly SessionCommandType[]>> = {
  PENDING: [],
  SCHEDULED: ['place'],
  READY: ['place', 'startInstantiating', 'bindLab', 'markReady'],
  RUNNING: ['place', 'startInstantiating', 'bindLab', 'markReady', 'markRunning'],
  STOPPING: ['place', 'startInstantiating', 'bindLab', 'markReady', 'markRunning', 'pause'],
  STOPPED: ['place', 'startInstantiating', 'bindLab', 'markReady', 'markRunning', 'pause', 'markStopped'],
};
type SessionCommandType =
  | 'place'
  | 'bindLab'
  | 'pause'
  | 'startInstantiating'
  | 'markReady'
  | 'markRunning'
  | 'markStopped';

describe.each(STORES)('wishes to one session through two replicas at once, on %s', (name, open) => {
  it.each(Object.keys(WAYS) as SessionStatus[])(
    'while it is %s come to what one after the other would',
    async (status) => {
      const store = await open();
      const on = await startReplicas(store, 2);
      await on.scene.definition();
      const [worker] = await on.scene.workers(1, { cpuCores: 500, memoryGb: 1_000 });
      if (!worker) throw new Error('there is no worker');
      let granted = 0;
      let busy = 0;
      for (let run = 0; run < RUNS; run++) {
        const random = seededRandom(1_000 * run + status.length);
        const id = await broughtTo(on, worker, WAYS[status] ?? []);
        const before = await store.history('session', id, 0, 1_000);
        const chosen = Array.from(
          { length: WISHES },
          () => wishes(on)[Math.floor(random.next() * wishes(on).length)],
        );
        const asked = await Promise.all([
          ...chosen.flatMap((wish, index) => (wish ? [outcome(wish, on.replicas[index % 2] ?? on, id)] : [])),
          ...Array.from({ length: NOISE }, (_, index) => noise(on, id, index)),
        ]);
        const events = await store.history('session', id, 0, 1_000);
        const wishesAsked = asked.flatMap((one) => one ?? []);
        expect(unexplained(events, before.length + 1, wishesAsked, on.clock.now())).toEqual([]);
        granted += wishesAsked.filter(({ refusal }) => !refusal).length;
        busy += wishesAsked.filter(({ refusal }) => refusal?.code === 'busy').length;
        await tidied(store, on, id);
      }
      expect(await contradictions(store)).toEqual([]);
      expect(await overCommitments(store)).toEqual([]);
      expect(await unclaimed(store)).toEqual({ claims: [], reservations: [] });
      report(`${status} on ${name}`, { wishes: RUNS * WISHES, granted, busy });
    },
  );
});

describe.each(STORES)(
  'wishes for one and the same thing through two replicas at once, on %s',
  (_name, open) => {
    it('make one session of one Idempotency-Key, and of one reservation', async () => {
      const store = await open();
      const on = await startReplicas(store, 2);
      await on.scene.definition();
      const body = { definition: { name: 'two-routers' }, start: on.scene.at(2), durationSeconds: 3_600 };
      const keyed = await atOnce(on, 20, ({ admin }) =>
        admin.sessions.book({ body, headers: { 'idempotency-key': 'k' } }),
      );
      const reserved = await atOnce(on, 20, ({ admin }) =>
        admin.sessions.book({ body: { ...body, reservationId: 'r' } }),
      );
      expect([new Set(idsOf(keyed)).size, new Set(idsOf(reserved)).size]).toEqual([1, 1]);
      expect([...refusalsOf(keyed), ...refusalsOf(reserved)]).toEqual([]);
      expect(await store.count('session')).toBe(2);
      expect(await contradictions(store)).toEqual([]);
    });

    it('take no more than an owner, or a region, may have', async () => {
      const store = await open();
      const on = await startReplicas(store, 2);
      await on.scene.definition();
      const [one] = await on.scene.workers(1);
      await on.admin.settings.change({ body: { maxSessionsPerOwner: 3, maxWorkersPerRegion: 4 } });
      await on.clock.advance(10_000);
      const booked = await atOnce(on, 20, () => on.scene.book(2));
      const template = (await on.admin.workers.get({ params: { id: one ?? '' } })).template.id;
      const made = await atOnce(on, 20, ({ admin }) =>
        admin.workers.create({ body: { templateId: template } }),
      );
      expect([idsOf(booked).length, idsOf(made).length]).toEqual([3, 3]);
      expect(new Set([...refusalsOf(booked), ...refusalsOf(made)])).toEqual(new Set(['quota']));
      expect(await contradictions(store)).toEqual([]);
    });

    it('publish one definition of a name and version', async () => {
      const store = await open();
      const on = await startReplicas(store, 2);
      const texts = ['one', 'other'].map((description) => ({
        description,
        name: 'n',
        version: '1.0.0',
        topology: TOPOLOGY,
      }));
      const made = await Promise.all(
        texts.map((body) => atOnce(on, 5, ({ admin }) => admin.definitions.create({ body }))),
      );
      expect(await store.count('definition')).toBe(1);
      // Those who say the same all have it, those who say otherwise are told.
      const told = made.map((each) => [idsOf(each).length, ...new Set(refusalsOf(each))]);
      expect(told.sort()).toEqual([[0, 'conflict'], [5]]);
      expect(await contradictions(store)).toEqual([]);
    });
  },
);

/** Everything that people may ask of a session, with what it asks of the aggregate. */
function wishes(on: On): Wish[] {
  const by = 'anybody';
  const simple = (
    name: 'hold' | 'unhold' | 'pause' | 'resume' | 'cancel',
    command: SessionCommand,
  ): Wish => ({
    name,
    command: () => command,
    ask: ({ admin }, id) => admin.sessions[name]({ params: { id }, body: {} }),
  });
  const extend = (seconds: number): Wish => ({
    name: `extend by ${seconds}`,
    command: ({ timeslot }) => {
      const end = iso(ms(timeslot.end) + seconds * 1_000);
      return { type: 'changeTimeslot', timeslot: { ...timeslot, end }, by };
    },
    ask: ({ admin }, id) => admin.sessions.extend({ params: { id }, body: { seconds } }),
  });
  const reschedule = (hours: number): Wish => {
    const slot = { start: on.scene.at(hours), end: on.scene.at(hours + 1) };
    return {
      name: `reschedule to ${hours}`,
      command: ({ timeslot }) => ({ type: 'changeTimeslot', timeslot: { ...timeslot, ...slot }, by }),
      ask: ({ admin }, id) => admin.sessions.reschedule({ params: { id }, body: slot }),
    };
  };
  const restart = (mode: 'restart' | 'reset'): Wish => ({
    name: mode,
    command: () => ({ type: 'pause', afterStop: mode, by }),
    ask: ({ admin }, id) => admin.sessions.restart({ params: { id }, body: { mode } }),
  });
  return [
    simple('hold', { type: 'hold', by }),
    simple('unhold', { type: 'unhold', by }),
    simple('pause', { type: 'pause', afterStop: 'stay', by }),
    simple('resume', { type: 'resume', by }),
    simple('cancel', { type: 'end', outcome: 'cancelled', by }),
    {
      name: 'collect',
      // There is no evidence to collect: it simply ends, but only where there is something to finish.
      command: ({ status }) => {
        const fits = status === 'RUNNING' || status === 'STOPPED';
        if (!fits) throw new Refusal('illegalTransition', `there is nothing to finish: ${status}`);
        return { type: 'end', outcome: 'completed', by };
      },
      ask: ({ admin }, id) => admin.sessions.collect({ params: { id }, body: {} }),
    },
    extend(300),
    extend(600),
    reschedule(2.5),
    reschedule(8),
    restart('restart'),
    restart('reset'),
  ];
}

async function outcome(wish: Wish, replica: Replica, id: string): Promise<Asked> {
  try {
    await wish.ask(replica, id);
    return { ...wish, refusal: undefined };
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    return { ...wish, refusal };
  }
}

/** An event from outside that changes the version and nothing else. */
async function noise(on: On, id: string, number: number): Promise<undefined> {
  const { controller } = on.replicas[number % 2] ?? on;
  await controller.internal.sessions.command({
    params: { id },
    body: { command: { type: 'recordEvidence', evidenceKey: `e-${number}` } },
  });
}

async function broughtTo(on: On, worker: WorkerId, way: readonly SessionCommandType[]): Promise<string> {
  const { id } = await on.scene.book(2);
  const lab = {
    labRecordId: labRecordId.parse(`lr-${id}`),
    workerId: worker,
    cmlLabId: `c-${id}`,
    title: 'lab',
    ports: {},
  };
  for (const type of way) {
    if (type === 'place') await place(on, id, worker, `p-${id}`);
    else if (type === 'pause') await on.admin.sessions.pause({ params: { id }, body: {} });
    else {
      const command = type === 'bindLab' ? { type, lab } : { type };
      await on.controller.internal.sessions.command({ params: { id }, body: { command } });
    }
  }
  return id;
}

/** What the scheduler does for a session that gave something up. */
async function tidied(store: StateStore, { controller }: On, id: string): Promise<void> {
  const stored = await store.load<Session>('session', id);
  const items = (stored?.state.releases ?? []).map((release) => ({
    ...release,
    sessionId: stored?.state.id ?? id,
  }));
  if (items.length > 0) await controller.internal.releasePlacements({ body: { items } });
}

type Settled = PromiseSettledResult<{ id: string }>;

function atOnce(
  on: On,
  count: number,
  ask: (replica: Replica) => Promise<{ id: string }>,
): Promise<Settled[]> {
  return Promise.allSettled(Array.from({ length: count }, (_, index) => ask(on.replicas[index % 2] ?? on)));
}

const idsOf = (settled: readonly Settled[]) =>
  settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []));

const refusalsOf = (settled: readonly Settled[]): string[] =>
  settled.flatMap((one) => {
    if (one.status === 'fulfilled') return [];
    return [one.reason instanceof Refusal ? one.reason.code : String(one.reason)];
  });
