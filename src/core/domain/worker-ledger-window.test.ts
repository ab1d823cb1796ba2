import { describe, expect, it } from 'vitest';
import type { Bare } from './decider.ts';
import { placementId, sessionId, workerId } from './ids.ts';
import { given } from './scenario.fixture.ts';
import type { WorkerLedgerEvent } from './worker-ledger.ts';
import { workerLedgerDecider } from './worker-ledger-decider.ts';

const need = { cpuCores: 4, memoryGb: 8, storageGb: 20, nodes: 5, ports: 5 };
const at = (hour: number) => `2026-03-01T${String(hour).padStart(2, '0')}:00:00.000Z`;
const p1 = placementId.parse('p-1');

const opened: Bare<WorkerLedgerEvent> = {
  type: 'worker-ledger.opened',
  workerId: workerId.parse('w-1'),
  capacity: { ...need, sessions: 1 },
  portRange: { first: 2000, last: 7999 },
};
const reserved = (id: string, from: number, to: number): Bare<WorkerLedgerEvent> => ({
  type: 'worker-ledger.reserved',
  reservation: {
    placementId: placementId.parse(id),
    sessionId: sessionId.parse(`s-${id}`),
    from: at(from),
    to: at(to),
    need,
  },
});
const window = (from: number, to: number, changingFrom?: number): Bare<WorkerLedgerEvent> => ({
  type: 'worker-ledger.rewindowed',
  placementId: p1,
  from: at(from),
  to: at(to),
  ...(changingFrom === undefined ? {} : { changingFrom }),
});
const widen = (from: number, to: number, sessionVersion: number) =>
  ({ type: 'widen', placementId: p1, from: at(from), to: at(to), sessionVersion }) as const;
const settle = (from: number, to: number, sessionVersion: number) =>
  ({ type: 'rewindow', placementId: p1, from: at(from), to: at(to), sessionVersion }) as const;
const when = (history: Bare<WorkerLedgerEvent>[], command: ReturnType<typeof widen | typeof settle>) =>
  given(workerLedgerDecider, history).when(command);

describe('the window of a reservation', () => {
  const before = [opened, reserved('p-1', 9, 10)];

  it('covers the old and the new slot while the session changes', () => {
    when(before, widen(8, 9, 4)).happens(window(8, 10, 4));
    when(before, widen(9, 12, 4)).happens(window(9, 12, 4));
  });

  it('becomes that of the session once the session has changed', () => {
    when([...before, window(8, 10, 4)], settle(8, 9, 5)).happens(window(8, 9));
    expect(
      when([...before, window(8, 10, 4)], settle(8, 9, 5)).state().reservations['p-1'],
    ).not.toHaveProperty('changingFrom');
  });

  it('is not taken back while another change, decided on the same session, is under way', () => {
    // One change has made the session end at 9 (version 5); another was decided on version 5 and is not done.
    when([...before, window(8, 12, 5)], settle(8, 9, 5)).happens();
  });

  it('remembers a change under way even where the window need not grow for it', () => {
    when([...before, window(8, 10, 4)], widen(9, 10, 5)).happens(window(8, 10, 5));
  });

  it('is refused where another booking is in the way, and names it', () => {
    when([...before, reserved('p-2', 11, 12)], widen(9, 12, 4)).isRefused(
      'doesNotFit',
      /session s-p-2 is in the way/,
    );
  });

  it('does not grow on a closed worker', () => {
    const closed = { type: 'worker-ledger.admission.changed', admission: 'closed' } as const;
    when([...before, closed], widen(9, 11, 4)).isRefused('doesNotFit', /closed/);
    when([...before, closed], settle(9, 10, 4)).happens();
  });

  it('belongs to a reservation that is there', () => {
    when([opened], widen(9, 11, 4)).isRefused('notFound');
    when([opened], settle(9, 11, 4)).isRefused('notFound');
  });
});

describe('a session that overruns its window', () => {
  const prolong = (to: number) => ({ type: 'prolong', placementId: p1, to: at(to) }) as const;
  const after = (...history: Bare<WorkerLedgerEvent>[]) => ({
    when: (to: number) => given(workerLedgerDecider, [opened, ...history]).when(prolong(to)),
  });

  it('keeps what it uses, so that nobody else is given it meanwhile', () => {
    after(reserved('p-1', 9, 10))
      .when(11)
      .happens(window(9, 11));
    given(workerLedgerDecider, [opened, reserved('p-1', 9, 10), window(9, 11)])
      .when({
        type: 'reserve',
        reservation: {
          placementId: placementId.parse('p-2'),
          sessionId: sessionId.parse('s-p-2'),
          from: at(10),
          to: at(12),
          need,
        },
      })
      .isRefused('doesNotFit');
  });

  it('takes nothing from whom it is promised to', () => {
    after(reserved('p-1', 9, 10), reserved('p-2', 10, 12))
      .when(11)
      .happens();
  });

  it('is not shortened, and goes on with a change that is under way', () => {
    after(reserved('p-1', 9, 12))
      .when(11)
      .happens();
    after(reserved('p-1', 9, 10), window(8, 10, 4))
      .when(11)
      .happens(window(8, 11, 4));
  });
});
