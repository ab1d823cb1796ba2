import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draftOf, evolveAll } from './decider.ts';
import { labRecordId, placementId, sessionId, workerId } from './ids.ts';
import { Refusal } from './refusal.ts';
import { type Capacity, DIMENSIONS, type Need } from './resources.ts';
import { attempt, T0 } from './scenario.fixture.ts';
import { iso, ms } from './time.ts';
import { checkWalks } from './walk.fixture.ts';
import { portsOf, type WorkerLedger, type WorkerLedgerCommand, workerLedger } from './worker-ledger.ts';
import { workerLedgerDecider } from './worker-ledger-decider.ts';

const by = 'tester';
const capacity: Capacity = { cpuCores: 12, memoryGb: 24, storageGb: 60, nodes: 15, ports: 12, sessions: 4 };
const portRange = { first: 2000, last: 2009 };
const opening = { type: 'openLedger', workerId: workerId.parse('w-1'), capacity, portRange, by } as const;

const tenths = (most: number) => fc.nat(most * 10).map((amount) => amount / 10);
const needs: fc.Arbitrary<Need> = fc.record({
  cpuCores: tenths(6),
  memoryGb: tenths(12),
  storageGb: tenths(30),
  nodes: fc.nat(6),
  ports: fc.nat(5),
});
const foreign = needs.map((need) => ({
  ...need,
  cpuCores: need.cpuCores / 2,
  nodes: Math.floor(need.nodes / 2),
}));
const windows = fc
  .tuple(fc.nat(20), fc.integer({ min: 1, max: 8 }))
  .map(([start, length]) => ({ from: iso(T0 + start * 600_000), to: iso(T0 + (start + length) * 600_000) }));
const placements = fc.nat(9).map((number) => placementId.parse(`p-${number}`));
const labs = fc.nat(3).map((number) => labRecordId.parse(`lr-${number}`));
const sessions = fc.nat(3).map((number) => sessionId.parse(`s-${number}`));
const versions = fc.nat(5);
const asked = { by: fc.constant(by) };

const booking: fc.Arbitrary<WorkerLedgerCommand> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(placements, sessions, windows, needs).map(([placement, session, window, need]) => ({
      type: 'reserve' as const,
      reservation: { placementId: placement, sessionId: session, ...window, need },
      by,
    })),
  },
  fc.record({ type: fc.constant('release' as const), placementId: placements, ...asked }),
  fc.tuple(placements, windows, versions).map(([placement, window, sessionVersion]) => ({
    type: 'widen' as const,
    placementId: placement,
    ...window,
    sessionVersion,
    by,
  })),
  fc.tuple(placements, windows, versions).map(([placement, window, sessionVersion]) => ({
    type: 'rewindow' as const,
    placementId: placement,
    ...window,
    sessionVersion,
    by,
  })),
);
const observing = fc.record({
  type: fc.constant('observeForeign' as const),
  ports: fc.array(fc.integer({ min: 1998, max: 2011 }), { maxLength: 3 }),
  need: foreign,
  ...asked,
});
const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'));
const anything: fc.Arbitrary<WorkerLedgerCommand> = fc.oneof(
  { weight: 3, arbitrary: booking },
  observing,
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('allocatePorts' as const),
      labRecordId: labs,
      sessionId: fc.option(sessions, { nil: undefined }),
      names,
      ...asked,
    }),
  },
  fc.record({ type: fc.constant('unbindPorts' as const), sessionId: sessions, ...asked }),
  fc.record({ type: fc.constant('releasePorts' as const), labRecordId: labs, ...asked }),
  fc.constantFrom<WorkerLedgerCommand>(
    { type: 'drain', by },
    { type: 'close', force: false, by },
    { type: 'close', force: true, by },
    { type: 'reopen', by },
    { type: 'setCapacity', capacity: { ...capacity, cpuCores: 6 }, by },
    { type: 'setCapacity', capacity, by },
  ),
);

describe("a worker's ledger, whatever is asked of it", () => {
  it('stays what its schema says, and a port has one owner', () => {
    checkWalks({
      decider: workerLedgerDecider,
      schema: workerLedger,
      first: opening,
      commands: anything,
      always: checkPorts,
    });
  });

  it('never promises more than there is, at any moment, in any dimension', () => {
    expectAlways(booking, (ledger) => expect(excess(ledger, Object.values(ledger.reservations))).toEqual([]));
  });

  it('takes nothing new where foreign labs have pushed it over', () => {
    const commands = fc.oneof({ weight: 3, arbitrary: booking }, observing);
    expectAlways(commands, (after, before) => {
      for (const reservation of Object.values(after.reservations)) {
        const known = before.reservations[reservation.placementId];
        const grown = !known || ms(reservation.from) < ms(known.from) || ms(reservation.to) > ms(known.to);
        if (grown) expect(excess(after, [reservation])).toEqual([]);
      }
    });
  });

  it('comes to the same as a draft of many commands as it does command by command', () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 60, size: 'max' }), fc.nat(20), (sent, earlier) => {
        const before = sent.slice(0, earlier).reduce(step, step({ ledger: undefined }, opening)).ledger;
        const frozen = structuredClone(before);
        const draft = draftOf(workerLedgerDecider, before);
        let [ledger, refused] = [before, false];
        for (const command of sent.slice(earlier)) {
          const events = attempt(() => draft.decide(command, T0));
          ({ ledger, refused } = step({ ledger }, command));
          expect(events instanceof Refusal).toBe(refused);
          expect(draft.state).toEqual(ledger);
        }
        expect(before).toEqual(frozen);
      }),
      { numRuns: 200 },
    );
  });
});

/** The ledger after the command, which may be refused. */
function step(
  { ledger }: { ledger: WorkerLedger | undefined },
  command: WorkerLedgerCommand,
): { ledger: WorkerLedger; refused: boolean } {
  const events = attempt(() => workerLedgerDecider.decide(ledger, command, T0));
  const refused = events instanceof Refusal;
  return { ledger: evolveAll(workerLedgerDecider, ledger, refused ? [] : events), refused };
}

/** Sends commands at random and checks each change. */
function expectAlways(
  commands: fc.Arbitrary<WorkerLedgerCommand>,
  check: (after: WorkerLedger, before: WorkerLedger) => void,
): void {
  let kept = 0;
  fc.assert(
    fc.property(fc.array(commands, { maxLength: 60, size: 'max' }), (sent) => {
      let ledger = evolveAll(
        workerLedgerDecider,
        undefined,
        workerLedgerDecider.decide(undefined, opening, T0),
      );
      for (const command of sent) {
        const before = ledger;
        const events = attempt(() => workerLedgerDecider.decide(before, command, T0));
        if (events instanceof Refusal) continue;
        ledger = evolveAll(workerLedgerDecider, before, events);
        check(ledger, before);
        kept = Math.max(kept, Object.keys(ledger.reservations).length);
      }
    }),
    { numRuns: 200 },
  );
  expect(kept).toBeGreaterThan(3);
}

/** Every moment and dimension in which these reservations, all others and foreign labs take more than there is. */
function excess(ledger: WorkerLedger, within: readonly { from: string; to: string }[]): string[] {
  const all = Object.values(ledger.reservations);
  const moments = all.flatMap(({ from, to }) => [ms(from), ms(to) - 1, ms(to)]);
  const inside = moments.filter((moment) =>
    within.some(({ from, to }) => ms(from) <= moment && moment < ms(to)),
  );
  const found: string[] = [];
  for (const moment of inside) {
    const there = all.filter(({ from, to }) => ms(from) <= moment && moment < ms(to));
    for (const dimension of DIMENSIONS) {
      const limit = dimension === 'ports' ? Math.min(capacity.ports, 10) : ledger.capacity[dimension];
      const taken =
        dimension === 'sessions'
          ? there.length
          : there.reduce((sum, { need }) => sum + need[dimension], ledger.foreign[dimension]);
      if (taken > limit + 1e-6) found.push(`${taken} of ${limit} ${dimension} at ${iso(moment)}`);
    }
  }
  return found;
}

/** No name of a lab has two ports, and ours lie in the range. */
function checkPorts(ledger: WorkerLedger): void {
  const ours = Object.entries(ledger.ports).filter(([, owner]) => 'labRecordId' in owner);
  for (const [port] of ours) {
    expect(Number(port)).toBeGreaterThanOrEqual(portRange.first);
    expect(Number(port)).toBeLessThanOrEqual(portRange.last);
  }
  const records = new Set(ours.map(([, owner]) => ('labRecordId' in owner ? owner.labRecordId : undefined)));
  const named = [...records].reduce((sum, id) => sum + (id ? Object.keys(portsOf(ledger, id)).length : 0), 0);
  expect(named).toBe(ours.length);
}
