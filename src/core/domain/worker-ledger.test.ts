import { describe, expect, it } from 'vitest';
import type { Bare } from './decider.ts';
import { labRecordId, placementId, sessionId, workerId } from './ids.ts';
import { Refusal } from './refusal.ts';
import type { Need } from './resources.ts';
import { attempt, given, T0, type Wish } from './scenario.fixture.ts';
import { ms } from './time.ts';
import {
  portsOf,
  type Reservation,
  type WorkerLedgerCommand,
  type WorkerLedgerEvent,
} from './worker-ledger.ts';
import { workerLedgerDecider } from './worker-ledger-decider.ts';

type Event = Bare<WorkerLedgerEvent>;

const need: Need = { cpuCores: 4, memoryGb: 8, storageGb: 20, nodes: 5, ports: 2 };
const nothing: Need = { cpuCores: 0, memoryGb: 0, storageGb: 0, nodes: 0, ports: 0 };
const at = (hour: number) => `2026-03-01T${String(hour).padStart(2, '0')}:00:00.000Z`;
const lab1 = labRecordId.parse('lr-1');
const lab2 = labRecordId.parse('lr-2');
const s1 = sessionId.parse('s-1');
const s2 = sessionId.parse('s-2');

/** Room for two of what a session needs, and four ports. */
const opened: Event = {
  type: 'worker-ledger.opened',
  workerId: workerId.parse('w-1'),
  capacity: { cpuCores: 8, memoryGb: 16, storageGb: 40, nodes: 10, ports: 4, sessions: 2 },
  portRange: { first: 2000, last: 2003 },
};
const reservation = (name: string, from: number, to: number, of: Partial<Need> = {}): Reservation => ({
  placementId: placementId.parse(`p-${name}`),
  sessionId: sessionId.parse(`s-${name}`),
  from: at(from),
  to: at(to),
  need: { ...need, ...of },
});
const reserved = (...terms: Parameters<typeof reservation>): Event => ({
  type: 'worker-ledger.reserved',
  reservation: reservation(...terms),
});
const reserve = (...terms: Parameters<typeof reservation>) =>
  ({ type: 'reserve', reservation: reservation(...terms) }) as const;
const allocated = (labRecord: typeof lab1, ports: Record<string, number>, session?: typeof s1): Event => ({
  type: 'worker-ledger.ports.allocated',
  labRecordId: labRecord,
  sessionId: session,
  ports,
});
const when = (history: readonly Event[], wish: Wish<WorkerLedgerCommand>, now = T0) =>
  given(workerLedgerDecider, [opened, ...history]).when(wish, now);

describe('a reservation', () => {
  it('is kept where it fits', () => {
    when([reserved('a', 9, 10)], reserve('b', 9, 10)).happens(reserved('b', 9, 10));
  });

  it('is kept once, and refused with other terms', () => {
    when([reserved('a', 9, 10)], reserve('a', 9, 10)).happens();
    when([reserved('a', 9, 10)], reserve('a', 9, 11)).isRefused('conflict', /other terms/);
  });

  it('is refused where it does not fit at one moment of its window, naming who is in the way', () => {
    const history = [reserved('a', 9, 11), reserved('b', 10, 12)];
    when(history, reserve('c', 8, 11)).isRefused(
      'doesNotFit',
      /session s-a is in the way until 2026-03-01T11/,
    );
    when(history, reserve('c', 8, 10)).happens(reserved('c', 8, 10));
  });

  it('may begin the moment that another ends', () => {
    when([reserved('a', 9, 10), reserved('b', 9, 10)], reserve('c', 10, 11)).happens(reserved('c', 10, 11));
  });

  it.each([
    ['cpuCores', { cpuCores: 4.5 }],
    ['memoryGb', { memoryGb: 9 }],
    ['storageGb', { storageGb: 21 }],
    ['nodes', { nodes: 6 }],
    ['ports', { ports: 3 }],
  ] as const)('is refused for want of %s, and says so', (dimension, of) => {
    const refused = attempt(() =>
      workerLedgerDecider.decide(
        when([], reserve('a', 9, 10)).state(),
        { ...reserve('b', 9, 10, of), by: 'x' },
        T0,
      ),
    );
    expect(refused instanceof Refusal && refused.facts['dimension']).toBe(dimension);
  });

  it('takes one of the sessions that the licence allows', () => {
    const tiny = [reserved('a', 9, 10, nothing), reserved('b', 9, 10, nothing)];
    when(tiny, reserve('c', 9, 10, nothing)).isRefused('doesNotFit', /0 sessions free/);
  });

  it('fits to the last decimal', () => {
    const tenths = [reserved('a', 9, 10, { cpuCores: 0.1 })];
    when(tenths, reserve('b', 9, 10, { cpuCores: 7.9 })).happens(reserved('b', 9, 10, { cpuCores: 7.9 }));
  });

  it('is released once', () => {
    const release = { type: 'release', placementId: placementId.parse('p-a') } as const;
    when([reserved('a', 9, 10)], release).happens({ ...release, type: 'worker-ledger.released' });
    when([], release).happens();
  });

  it('that is there stays when the worker turns out smaller; new ones are refused', () => {
    const smaller = { cpuCores: 4, memoryGb: 16, storageGb: 40, nodes: 10, ports: 4, sessions: 2 };
    const history = [reserved('a', 9, 10), reserved('b', 9, 10)];
    const after = when(history, { type: 'setCapacity', capacity: smaller }).state();
    expect(Object.keys(after.reservations)).toEqual(['p-a', 'p-b']);
    when(
      [{ type: 'worker-ledger.capacity.changed', capacity: smaller }, reserved('a', 9, 10)],
      reserve('b', 9, 10),
    ).isRefused('doesNotFit');
  });
});

describe('labs that LCM did not make', () => {
  const observed = (ports: number[], taken: Partial<Need> = {}): Event => ({
    type: 'worker-ledger.foreign.observed',
    ports,
    need: { ...nothing, ...taken },
  });

  it('count as taken', () => {
    when([observed([], { cpuCores: 5 })], reserve('a', 9, 10)).isRefused('doesNotFit', /3 cpuCores free/);
  });

  it('may push a worker over; only what is new is refused then', () => {
    const history = [reserved('a', 9, 10), observed([], { cpuCores: 6 })];
    when(history, reserve('b', 9, 10)).isRefused('doesNotFit');
    when(history, reserve('b', 10, 11, { cpuCores: 2 })).happens(reserved('b', 10, 11, { cpuCores: 2 }));
    expect(Object.keys(when(history, reserve('a', 9, 10)).state().reservations)).toEqual(['p-a']);
  });

  it('keep their ports from being given out', () => {
    const answer = when([observed([2000, 2002])], {
      type: 'allocatePorts',
      labRecordId: lab1,
      names: ['a', 'b'],
    });
    expect(portsOf(answer.state(), lab1)).toEqual({ a: 2001, b: 2003 });
  });

  it('take no port that one of our labs has', () => {
    const history = [allocated(lab1, { a: 2000 })];
    const ledger = when(history, { type: 'observeForeign', ports: [2000, 2001], need: nothing }).state();
    expect(portsOf(ledger, lab1)).toEqual({ a: 2000 });
    expect(ledger.ports['2001']).toEqual({ foreign: true });
  });

  it('give back what is seen no more', () => {
    const ledger = when([observed([2000, 2001])], {
      type: 'observeForeign',
      ports: [2001],
      need: nothing,
    }).state();
    expect(Object.keys(ledger.ports)).toEqual(['2001']);
  });

  it('seen as before change nothing, in whatever order and however often a port is named', () => {
    const seen = [observed([2001, 2002], { cpuCores: 1 })];
    const again = {
      type: 'observeForeign' as const,
      ports: [2002, 2001, 2002],
      need: { ...nothing, cpuCores: 1 },
    };
    when(seen, again).happens();
  });
});

describe('ports', () => {
  const allocate = { type: 'allocatePorts' as const, labRecordId: lab1, sessionId: s1, names: ['a', 'b'] };
  const has = allocated(lab1, { a: 2000, b: 2001 }, s1);

  it('are given out from the first that is free', () => {
    when([allocated(lab2, { a: 2000 })], allocate).happens(allocated(lab1, { a: 2001, b: 2002 }, s1));
  });

  it('stay the same for the lab that asks again, even for some of them', () => {
    when([has], allocate).happens();
    when([has], { ...allocate, names: ['b'] }).happens();
    when([has], { ...allocate, names: ['b', 'c'] }).happens(allocated(lab1, { b: 2001, c: 2002 }, s1));
  });

  it('are bound to the session that has the lab by now', () => {
    const ledger = when([has], { ...allocate, sessionId: s2 }).state();
    expect(ledger.ports['2000']).toEqual({ labRecordId: lab1, name: 'a', sessionId: s2 });
  });

  it('run out', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    when([], { ...allocate, names }).isRefused('doesNotFit', /no free port for e/);
  });

  it('stay with the lab when its session ends, and go with the lab', () => {
    const unbound: Event = { type: 'worker-ledger.ports.unbound', sessionId: s1 };
    const ledger = when([has], { type: 'unbindPorts', sessionId: s1 }).state();
    expect(ledger.ports['2000']).toEqual({ labRecordId: lab1, name: 'a' });
    when([has, unbound], { type: 'unbindPorts', sessionId: s1 }).happens();
    expect(when([has, unbound], { type: 'releasePorts', labRecordId: lab1 }).state().ports).toEqual({});
    when([], { type: 'releasePorts', labRecordId: lab1 }).happens();
  });
});

describe('admission', () => {
  const draining: Event = { type: 'worker-ledger.admission.changed', admission: 'draining' };
  const closed: Event = { type: 'worker-ledger.admission.changed', admission: 'closed' };
  const close = { type: 'close', force: false } as const;

  it('closes in one step where nothing is reserved', () => {
    when([], close).happens(closed);
    when([closed], close).happens();
  });

  it('does not close on what is reserved, now or later, and names the sessions', () => {
    when([reserved('a', 9, 10), reserved('b', 20, 21)], close).isRefused('conflict', /2 sessions: s-a, s-b/);
  });

  it('does not close on a session that has overrun its time: what is not released is held', () => {
    when([reserved('a', 9, 10)], close, ms(at(12))).isRefused('conflict', /s-a/);
  });

  it('closes all the same where it is forced', () => {
    when([reserved('a', 9, 10)], { type: 'close', force: true }).happens(closed);
  });

  it('takes nothing new while draining or closed', () => {
    when([draining], reserve('a', 9, 10)).isRefused('doesNotFit', /is draining/);
    when([closed], reserve('a', 9, 10)).isRefused('doesNotFit', /is closed/);
  });

  it('keeps what there is while draining', () => {
    const ledger = when([reserved('a', 9, 10)], { type: 'drain' }).state();
    expect(ledger).toMatchObject({ admission: 'draining', reservations: { 'p-a': {} } });
    when([draining], { type: 'drain' }).happens();
    when([closed], { type: 'drain' }).happens();
  });

  it('opens again', () => {
    when([closed], { type: 'reopen' }).happens({
      type: 'worker-ledger.admission.changed',
      admission: 'open',
    });
    when([], { type: 'reopen' }).happens();
  });
});
