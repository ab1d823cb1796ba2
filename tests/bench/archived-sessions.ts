import { evolveAll, type Happened } from '@lcm/core/domain/decider.ts';
import {
  definitionId,
  gradingSessionId,
  labRecordId,
  placementId,
  scoreReportId,
  sessionId,
  userSessionId,
  workerId,
} from '@lcm/core/domain/ids.ts';
import { ownerKey } from '@lcm/core/domain/person.ts';
import type { SessionEvent } from '@lcm/core/domain/session.ts';
import { sessionDecider } from '@lcm/core/domain/session-decider.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import { iso } from '@lcm/core/domain/time.ts';
import { planPipeline } from '@lcm/core/pipeline/plan.ts';
import { openBenchStore } from './plane.ts';

/** Milliseconds between the bookings of two of them. */
const APART_MS = 60_000;
/** Sessions of one commit. */
const BATCH = 500;
const HOUR = 3_600_000;
/** How many workers they ran on. */
const WORKERS = 100;
/** How many people they are for: few, so that a page of one's sessions is as long however many there are. */
const OWNERS = 5;

/** Puts so many graded and archived sessions into the store of that folder, the newest a day old; their ids. */
export async function storeArchived(folder: string, count: number): Promise<string[]> {
  const store = openBenchStore(folder);
  const newest = Date.now() - 24 * HOUR;
  const ids = Array.from({ length: count }, (_, number) => `s-${number}`);
  for (let first = 0; first < count; first += BATCH) {
    await store.commit(
      ids.slice(first, first + BATCH).map((id, index) => {
        const number = first + index;
        const state = archived(id, number, newest - (count - number) * APART_MS);
        const events = [{ type: 'session.archived', at: state.updatedAt, by: 'bench', data: {} }];
        return { kind: 'session' as const, id, expectedVersion: 0, state, fences: {}, events };
      }),
    );
  }
  // The control plane is not to go through all of them when it starts.
  await store.saveCursor('session-reactions', await store.headOfLog());
  await store.close();
  return ids;
}

/** By what the sessions of the number-th owner are found. */
export const archivedOwner = (number: number): string => ownerKey(ownerOf(number));

const ownerOf = (number: number) => ({ externalId: `candidate-${number % OWNERS}` });

/** A session that went the whole way, with what it has gathered there. */
function archived(id: string, number: number, bookedAt: number): Session {
  const when = (minutes: number): Happened => ({ at: iso(bookedAt + minutes * 60_000), by: 'bench' });
  const placement = {
    id: placementId.parse(`p-${id}`),
    workerId: workerId.parse(`w-${number % WORKERS}`),
    at: iso(bookedAt),
  };
  const decision = {
    decidedAt: iso(bookedAt),
    outcome: 'placed' as const,
    best: [],
    counts: {},
    evaluated: WORKERS,
  };
  const lab = labRecordId.parse(`l-${id}`);
  const pipelines = (['instantiate', 'teardown'] as const).flatMap((name): SessionEvent[] => {
    const plan = planPipeline(name);
    const steps = Object.fromEntries(
      plan.map((step) => [step.name, { name: step.name, status: 'COMPLETED' as const, attempts: 1 }]),
    );
    const progress = {
      name,
      runId: `${id}-${name}`,
      run: 1,
      status: 'COMPLETED' as const,
      startedAt: iso(bookedAt),
      plan,
      steps,
    };
    return [{ type: 'session.pipeline.planned', ...when(15), progress }];
  });
  const release = { placementId: placement.id, workerId: placement.workerId };
  const ending = { outcome: 'completed' as const, reason: 'completed', by: 'bench', at: when(70).at };
  return evolveAll(sessionDecider, undefined, [
    { type: 'session.created', ...when(0), ...bookingOf(id, number, bookedAt) },
    { type: 'session.placement.proposed', ...when(1), placement, decision },
    { type: 'session.scheduled', ...when(1), placement },
    { type: 'session.instantiating', ...when(15) },
    ...pipelines,
    {
      type: 'session.lab.bound',
      ...when(16),
      lab: {
        labRecordId: lab,
        workerId: placement.workerId,
        cmlLabId: `c-${id}`,
        title: 'Two routers',
        ports: {},
      },
    },
    { type: 'session.user-session.opened', ...when(17), userSessionId: userSessionId.parse(`u-${id}`) },
    { type: 'session.ready', ...when(18) },
    { type: 'session.running', ...when(20) },
    { type: 'session.collecting', ...when(65) },
    { type: 'session.grading', ...when(66), gradingSessionId: gradingSessionId.parse(`g-${id}`) },
    {
      type: 'session.score.recorded',
      ...when(68),
      scoreReportId: scoreReportId.parse(`r-${id}`),
      result: number % 3 === 0 ? 'FAIL' : 'PASS',
    },
    { type: 'session.stopping', ...when(70), ending },
    { type: 'session.lab.unbound', ...when(71), labRecordId: lab },
    { type: 'session.user-session.closed', ...when(71) },
    { type: 'session.stopped', ...when(72), release },
    { type: 'session.placement.released', ...when(73), placementId: placement.id },
    { type: 'session.archived', ...when(74) },
  ]);
}

function bookingOf(id: string, number: number, bookedAt: number) {
  return {
    id: sessionId.parse(id),
    definition: {
      definitionId: definitionId.parse('two-routers@1.0.0'),
      name: 'two-routers',
      version: '1.0.0',
      need: { cpuCores: 2, memoryGb: 2, storageGb: 4, nodes: 2, ports: 2 },
      collectsEvidence: true,
      grades: true,
    },
    owner: ownerOf(number),
    timeslot: {
      start: iso(bookedAt + HOUR / 3),
      end: iso(bookedAt + HOUR),
      leadSeconds: 300,
      teardownSeconds: 600,
    },
  };
}
