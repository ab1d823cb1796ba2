import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WorkerId } from '../domain/ids.ts';
import { amountsOf, type Capacity, DIMENSIONS, type Need } from '../domain/resources.ts';
import { iso, ms } from '../domain/time.ts';
import type { WorkerLedger } from '../domain/worker-ledger.ts';
import { workerLedgerDecider } from '../domain/worker-ledger-decider.ts';
import { aCandidate, aRequest, aReservation, MINUTE, MORNING, NO_NEED } from './candidate.fixture.ts';
import type { WorkerCandidate } from './candidate.ts';
import { decidePlacement } from './decide.ts';
import { explainPlacement } from './explain.ts';
import { Fleet } from './fleet.ts';
import type { PlacementRequest } from './request.ts';

const options = { now: MORNING, workerLeadSeconds: 1_200 };

/** Amounts with a decimal, whose sums are not exact in binary. */
const tenths = (most: number) => fc.integer({ min: 0, max: most * 10 }).map((value) => value / 10);
const someNeed: fc.Arbitrary<Need> = fc.record({
  cpuCores: tenths(5),
  memoryGb: tenths(9),
  storageGb: tenths(9),
  nodes: fc.integer({ min: 0, max: 6 }),
  ports: fc.integer({ min: 0, max: 6 }),
});
const someCapacity: fc.Arbitrary<Capacity> = fc.record({
  cpuCores: tenths(12),
  memoryGb: tenths(20),
  storageGb: tenths(20),
  nodes: fc.integer({ min: 0, max: 15 }),
  ports: fc.integer({ min: 0, max: 15 }),
  sessions: fc.integer({ min: 0, max: 4 }),
});
const someWindow = fc
  .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 8 }))
  .map(([start, length]) => ({
    from: MORNING + start * 15 * MINUTE,
    to: MORNING + (start + length) * 15 * MINUTE,
  }));
const someRequest: fc.Arbitrary<PlacementRequest> = fc
  .record({
    window: someWindow,
    need: someNeed,
    region: fc.constantFrom(undefined, 'us-east-1', 'eu-west-1'),
    licenceAffinity: fc.constantFrom([], ['PERSONAL' as const], ['ENTERPRISE' as const]),
    cmlVersion: fc.constantFrom({}, { min: '2.9' }, { max: '2.9.0' }),
    nodeDefinitions: fc.constantFrom([], ['iosv'], ['nxos']),
  })
  .map(aRequest);
const someWorker = fc.record({
  capacity: someCapacity,
  foreign: fc.oneof({ weight: 3, arbitrary: fc.constant(NO_NEED) }, { weight: 1, arbitrary: someNeed }),
  region: fc.constantFrom('us-east-1', 'eu-west-1'),
  licenceType: fc.constantFrom('PERSONAL' as const, 'ENTERPRISE' as const),
  cmlVersion: fc.constantFrom('2.9.1+build.7', '2.8', undefined),
  admission: fc.constantFrom('open' as const, 'open' as const, 'draining' as const),
  placeable: fc.constantFrom(true, true, true, false),
});
const someWorkers = fc
  .array(someWorker, { maxLength: 8 })
  .map((all) => all.map((one, index) => aCandidate(`worker-${index}`, one)));

describe('decisions', () => {
  it('never over-commit a worker at any moment in any dimension, whatever the sequence', async () => {
    await fc.assert(
      fc.property(someWorkers, fc.array(someRequest, { maxLength: 40 }), (workers, requests) => {
        const fleet = fleetOf(workers);
        const ledgers = new Map(workers.map((worker) => [worker.workerId, ledgerOf(worker)]));
        placeAll(requests, fleet, ledgers);
        for (const worker of workers) expectWithin(worker, ledgers.get(worker.workerId));
      }),
      { numRuns: 300 },
    );
  });

  it('agree with what the ledger of every worker accepts', async () => {
    await fc.assert(
      fc.property(
        someWorkers,
        fc.array(someRequest, { maxLength: 15 }),
        someRequest,
        (workers, before, request) => {
          const fleet = fleetOf(workers);
          const ledgers = new Map(workers.map((worker) => [worker.workerId, ledgerOf(worker)]));
          placeAll(before, fleet, ledgers);
          for (const { workerId, fits, filter } of explainPlacement(request, fleet, options).workers) {
            const ledger = ledgers.get(workerId);
            const beyondTheLedger = ['state', 'region', 'licence', 'version', 'nodeDefinitions'];
            if (filter && beyondTheLedger.includes(filter)) continue;
            expect(accepts(ledger, request)).toBe(fits);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('do not depend on the order of the workers or of their reservations', async () => {
    const shuffled = someWorkers.chain((workers) =>
      fc.tuple(
        fc.constant(workers),
        fc.shuffledSubarray(workers, { minLength: workers.length, maxLength: workers.length }),
      ),
    );
    await fc.assert(
      fc.property(
        shuffled,
        fc.array(someRequest, { maxLength: 12 }),
        someRequest,
        ([one, other], before, request) => {
          const placements = reservationsBy(one, before);
          const fleetA = fleetOf(one.map((worker) => withReservations(worker, placements)));
          const fleetB = fleetOf(other.map((worker) => withReservations(worker, placements, true)));
          expect(decidePlacement(request, fleetA, options)).toEqual(
            decidePlacement(request, fleetB, options),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('count exactly what the verdicts on the workers say, and name the best of them', async () => {
    await fc.assert(
      fc.property(
        someWorkers,
        fc.array(someRequest, { maxLength: 12 }),
        someRequest,
        (workers, before, request) => {
          const fleet = fleetOf(
            workers.map((worker) => withReservations(worker, reservationsBy(workers, before))),
          );
          const { decision, workers: verdicts } = explainPlacement(request, fleet, options);
          const counts: Record<string, number> = {};
          for (const { filter } of verdicts) if (filter) counts[filter] = (counts[filter] ?? 0) + 1;
          expect(decision.counts).toEqual(counts);
          const scores = verdicts.flatMap((one) => (one.score === undefined ? [] : [one.score]));
          expect(decision.best.map((one) => one.score)).toEqual(scores.slice(0, 5));
          expect(decision.evaluated).toBe(workers.length);
          expect(verdicts.every((one) => one.fits || one.message)).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are the same on a fleet that was changed step by step and on one made anew', async () => {
    await fc.assert(
      fc.property(
        someWorkers,
        fc.array(someRequest, { maxLength: 12 }),
        someRequest,
        (workers, before, request) => {
          const placements = reservationsBy(workers, before);
          const anew = fleetOf(workers.map((worker) => withReservations(worker, placements)));
          const changed = fleetOf([...workers, aCandidate('another')]);
          for (const [workerId, reservations] of placements) {
            const extra = aReservation('extra', MORNING, MORNING + 60 * MINUTE);
            changed.reserve(workerId, extra);
            for (const reservation of reservations) changed.reserve(workerId, reservation);
            changed.release(workerId, 'extra');
          }
          changed.remove('another');
          expect(decidePlacement(request, changed, options)).toEqual(decidePlacement(request, anew, options));
        },
      ),
      { numRuns: 200 },
    );
  });
});

type Ledgers = Map<string, WorkerLedger>;

function fleetOf(workers: readonly WorkerCandidate[]): Fleet {
  const fleet = new Fleet();
  for (const worker of workers) fleet.put(worker);
  return fleet;
}

function placeAll(requests: readonly PlacementRequest[], fleet: Fleet, ledgers: Ledgers): void {
  for (const [number, request] of requests.entries()) place(request, `p${number}`, fleet, ledgers);
}

/** Places a request on the picture and in the ledger, which must take what the decision says. */
function place(request: PlacementRequest, id: string, fleet: Fleet, ledgers: Ledgers): void {
  const { workerId } = decidePlacement(request, fleet, options);
  if (workerId === undefined) return;
  const ledger = ledgers.get(workerId);
  const reservation = aReservation(id, request.window.from, request.window.to, request.need);
  const command = { type: 'reserve' as const, by: 'test', reservation };
  const events = workerLedgerDecider.decide(ledger, command, MORNING);
  for (const event of events) ledgers.set(workerId, workerLedgerDecider.evolve(ledger, event));
  fleet.reserve(workerId, reservation);
}

function reservationsBy(workers: readonly WorkerCandidate[], requests: readonly PlacementRequest[]) {
  const ledgers: Ledgers = new Map(workers.map((worker) => [worker.workerId, ledgerOf(worker)]));
  const fleet = fleetOf(workers);
  placeAll(requests, fleet, ledgers);
  return new Map([...ledgers].map(([id, ledger]) => [id, Object.values(ledger.reservations)]));
}

function withReservations(
  worker: WorkerCandidate,
  placements: ReturnType<typeof reservationsBy>,
  reversed = false,
): WorkerCandidate {
  const reservations = placements.get(worker.workerId) ?? [];
  return { ...worker, reservations: reversed ? [...reservations].reverse() : reservations };
}

function ledgerOf({ workerId, capacity, foreign, admission }: WorkerCandidate): WorkerLedger {
  return {
    workerId: workerId as WorkerId,
    capacity,
    foreign,
    portRange: { first: 2_000, last: 7_999 },
    admission: admission === 'missing' ? 'closed' : admission,
    reservations: {},
    ports: {},
  };
}

function accepts(ledger: WorkerLedger | undefined, { window, need }: PlacementRequest): boolean {
  const reservation = aReservation('asked', window.from, window.to, need);
  try {
    workerLedgerDecider.decide(ledger, { type: 'reserve', by: 'test', reservation }, MORNING);
    return true;
  } catch {
    return false;
  }
}

/** Adds up by hand, at every quarter of an hour, what the ledger has promised. */
function expectWithin({ capacity, foreign }: WorkerCandidate, ledger: WorkerLedger | undefined): void {
  const reservations = Object.values(ledger?.reservations ?? {});
  for (let at = MORNING; at < MORNING + 8 * 60 * MINUTE; at += 15 * MINUTE) {
    const here = reservations.filter((one) => ms(one.from) <= at && at < ms(one.to));
    if (here.length === 0) continue;
    for (const dimension of DIMENSIONS) {
      const standing = dimension === 'sessions' ? 0 : foreign[dimension];
      const taken = here.reduce((sum, one) => sum + amountsOf(one.need)[dimension], standing);
      // Millionths are noise of the decimals.
      expect(taken, `${dimension} at ${iso(at)}`).toBeLessThanOrEqual(capacity[dimension] + 1e-6);
    }
  }
}
