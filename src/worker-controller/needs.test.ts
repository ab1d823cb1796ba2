import type { Reservation } from '@lcm/core/domain/worker-ledger.ts';
import { expect, it } from 'vitest';
import { needed, upcoming, wanted } from './needs.ts';

const minute = 60_000;
const now = Date.UTC(2026, 0, 1);
const reservation = (fromMinutes: number, toMinutes: number) =>
  ({
    placementId: `p${fromMinutes}`,
    sessionId: `s${fromMinutes}`,
    from: new Date(now + fromMinutes * minute).toISOString(),
    to: new Date(now + toMinutes * minute).toISOString(),
    need: { cpuCores: 1, memoryGb: 1, storageGb: 1, nodes: 1, ports: 1 },
  }) as Reservation;
const ledger = (...reservations: Reservation[]) => ({
  reservations: Object.fromEntries(reservations.map((one) => [one.placementId, one])),
});
const within20Minutes = { workerLeadSeconds: 900 };

it('a worker is needed for what is under way, and for what begins before it could be back', () => {
  expect(needed(ledger(reservation(-30, 1)), within20Minutes, 300, now)?.sessionId).toBe('s-30');
  expect(needed(ledger(reservation(20, 60)), within20Minutes, 300, now)?.sessionId).toBe('s20');
});

it('a worker is not needed for what is far off', () => {
  expect(needed(ledger(reservation(21, 60)), within20Minutes, 300, now)).toBeUndefined();
});

it('a worker is kept up for a session that has overrun its time, and not started for it', () => {
  const overrun = ledger(reservation(-60, -1));
  expect(needed(overrun, within20Minutes, 300, now)?.sessionId).toBe('s-60');
  expect(wanted(overrun, within20Minutes, 300, now)).toBeUndefined();
  expect(wanted(ledger(reservation(20, 60)), within20Minutes, 300, now)?.sessionId).toBe('s20');
});

it('what is upcoming stands in the order of its beginning', () => {
  const next = upcoming(ledger(reservation(90, 95), reservation(-5, 5), reservation(-9, -1)), now);
  expect(next.map(({ sessionId }) => sessionId)).toEqual(['s-5', 's90']);
});
