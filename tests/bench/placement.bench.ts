import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { DIMENSIONS } from '@lcm/core/domain/resources.ts';
import type { Window } from '@lcm/core/domain/timeslot.ts';
import {
  aCandidate,
  aRequest,
  aReservation,
  HOUR,
  MINUTE,
  MORNING,
} from '@lcm/core/placement/candidate.fixture.ts';
import { decidePlacement } from '@lcm/core/placement/decide.ts';
import { Fleet } from '@lcm/core/placement/fleet.ts';
import type { PlacementRequest } from '@lcm/core/placement/request.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import type { BenchOptions, Measured } from './measured.ts';

const FLEETS = [1_000, 5_000];

export const names = FLEETS.flatMap((workers) => [
  `placement-decisions-${workers}w`,
  `placement-decisions-own-windows-${workers}w`,
]);

/**
 * Decisions a second of processor time: every worker has ten reservations of one to three hours over twelve hours, and
 * every request its own need and region. Winner, best five and counts are part of each decision. On an exam day
 * sessions share slots (24 starts, 3 lengths); with `own-windows` no two begin or end at the same moment. The limit
 * is a bare look at each worker's room in each dimension, from numbers that lie side by side.
 */
export async function measure({ short }: BenchOptions): Promise<Measured[]> {
  const results: Measured[] = [];
  for (const workers of FLEETS) {
    const random = seededRandom(workers);
    const fleet = aBusyFleet(workers, random);
    const limit = rateOf(bareLook(workers, random), short);
    const decisions = (window: () => Window) => rateOf(decideAll(fleet, window, random, short), short);
    results.push(
      { name: `placement-decisions-${workers}w`, value: decisions(() => aSlot(random)), unit: '1/s', limit },
      {
        name: `placement-decisions-own-windows-${workers}w`,
        value: decisions(() => aWindowOfItsOwn(random)),
        unit: '1/s',
        limit,
      },
    );
  }
  return results;
}

/** Runs it again and again; it says how many times it has done what is counted. */
function rateOf(run: () => number, short: boolean): number {
  run();
  run();
  const before = cpuMs();
  let done = 0;
  let elapsed = 0;
  while (elapsed < (short ? 50 : 1_000)) {
    done += run();
    elapsed = cpuMs() - before;
  }
  return Math.round((done * 1_000) / elapsed);
}

function decideAll(fleet: Fleet, window: () => Window, random: Random, short: boolean): () => number {
  const requests = Array.from({ length: short ? 50 : 500 }, () => aRandomRequest(window(), random));
  return () => {
    for (const request of requests)
      decidePlacement(request, fleet, { now: MORNING, workerLeadSeconds: 1_200 });
    return requests.length;
  };
}

/** One decision that asks of each worker nothing but whether there is as much room as is wanted. */
function bareLook(workers: number, random: Random): () => number {
  const room = DIMENSIONS.map(() => Float64Array.from({ length: workers }, () => 1 + random.next()));
  return () => {
    let full = 0;
    for (const amounts of room) for (const amount of amounts) if (amount < 1.2) full += 1;
    return full > 0 ? 1 : 0;
  };
}

/** Milliseconds of processor time: what else the machine does must not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function aBusyFleet(workers: number, random: Random): Fleet {
  const fleet = new Fleet();
  for (let number = 0; number < workers; number++) {
    const reservations = Array.from({ length: 10 }, (_, slot) => {
      const window = aWindow(random);
      return aReservation(`${number}-${slot}`, window.from, window.to, aNeed(random));
    });
    fleet.put(aCandidate(`worker-${number}`, { region: aRegion(random), reservations }));
  }
  return fleet;
}

function aRandomRequest(window: Window, random: Random): PlacementRequest {
  return aRequest({
    window,
    need: aNeed(random),
    licenceAffinity: ['PERSONAL'],
    cmlVersion: { min: '2.9' },
    nodeDefinitions: ['iosv', 'iosvl2'],
    ...(random.next() < 0.5 ? { region: aRegion(random) } : {}),
  });
}

/** One of the slots of an exam day. */
function aSlot(random: Random): Window {
  const from = MORNING + Math.floor(random.next() * 24) * 30 * MINUTE;
  return { from, to: from + (2 + Math.floor(random.next() * 3)) * 30 * MINUTE };
}

function aWindow(random: Random): Window {
  const from = MORNING + Math.floor(random.next() * 48) * 15 * MINUTE;
  return { from, to: from + HOUR + Math.floor(random.next() * 9) * 15 * MINUTE };
}

/** To the millisecond, so that no other is the same. */
function aWindowOfItsOwn(random: Random): Window {
  const from = MORNING + Math.floor(random.next() * 12 * HOUR);
  return { from, to: from + HOUR + Math.floor(random.next() * 2 * HOUR) };
}

const aRegion = (random: Random) => (random.next() < 0.7 ? 'us-east-1' : 'eu-west-1');

function aNeed(random: Random) {
  const size = 1 + Math.floor(random.next() * 4);
  return { cpuCores: size * 4, memoryGb: size * 12, storageGb: size * 8, nodes: size * 8, ports: size * 8 };
}
