import { sessionId, workerId as toWorkerId } from '@lcm/core/domain/ids.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { SchedulingDecision, SchedulingReason } from '@lcm/core/domain/scheduling-reason.ts';
import { iso } from '@lcm/core/domain/time.ts';
import { refusedBy } from '@lcm/core/placement/growth.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { FenceHeaders, SchedulerClient } from '../client.ts';
import type { FleetPicture } from '../fleet/picture.ts';
import { isNews } from '../planning/news.ts';
import type { PlannedPlacement, RoundPlan, ScaleUp } from '../planning/plan-round.ts';
import type { Waiting } from '../planning/waiting.ts';
import { inBatches } from './batches.ts';

/** What became of a session in a round. */
export type RoundOutcome = 'placed' | 'waits' | 'ended' | 'again';

export interface CarryOut {
  client: SchedulerClient;
  picture: FleetPicture;
  log: Log;
  /** The proof for each session of the round. */
  headersOf: (id: string) => FenceHeaders;
}

/**
 * Does what a round has planned: ends what is missed, lets the fleet grow, places, and writes down why the
 * others wait. What is refused is left for the next round, on a fresh picture.
 */
export async function carryOut(plan: RoundPlan, io: CarryOut): Promise<Map<string, RoundOutcome>> {
  const outcomes = new Map<string, RoundOutcome>();
  const decisions = [...plan.decisions];
  await Promise.all(plan.misses.map((waiting) => miss(waiting, io, outcomes)));
  const workers = new Map<string, string | SchedulingReason>();
  await Promise.all(plan.starts.map((start) => startWorker(start, io, workers)));
  await Promise.all(plan.scaleUps.map((scaleUp) => makeWorker(scaleUp, io, workers)));
  const placeable: PlannedPlacement[] = [];
  for (const placement of plan.placements) {
    const worker = workers.get(placement.workerId) ?? placement.workerId;
    if (typeof worker === 'string') placeable.push(onWorker(placement, worker));
    else decisions.push(waitingFor(placement, worker));
  }
  for (const { waiting } of decisions) outcomes.set(waiting.id, 'waits');
  await Promise.all([place(placeable, io, outcomes), writeDown(decisions, io)]);
  await Promise.all(plan.replans.map((replan) => planEarlier(replan, io)));
  return outcomes;
}

async function miss({ id, version, session }: Waiting, io: CarryOut, outcomes: Map<string, RoundOutcome>) {
  const reason = `no lab could be ready before the slot is over at ${session.timeslot.end}`;
  outcomes.set(id, 'again');
  await tolerating(io, 'a missed slot', async () => {
    await io.client.internal.sessions.command({
      params: { id },
      body: { command: { type: 'end', outcome: 'slotMissed', reason }, expectedVersion: version },
      headers: io.headersOf(id)(),
    });
    outcomes.set(id, 'ended');
  });
}

/** The ledger opens first: an open ledger on a worker that does not start does no harm. */
async function startWorker(
  { workerId, now, waiting }: RoundPlan['starts'][number],
  io: CarryOut,
  workers: Map<string, string | SchedulingReason>,
): Promise<void> {
  const params = { id: workerId };
  const reason = `session ${waiting.id} needs it from ${waiting.session.timeslot.start}`;
  workers.set(workerId, { code: 'PendingEvaluation', message: `Worker ${workerId} could not be started.` });
  await tolerating(io, `the start of worker ${workerId}`, async () => {
    await io.client.internal.workerLedgers.command({
      params,
      body: { command: { type: 'reopen', reason } },
      headers: io.headersOf(waiting.id)(),
    });
    if (now) {
      await io.client.internal.workers.command({
        params,
        body: { command: { type: 'start', reason } },
        headers: io.headersOf(waiting.id)(),
      });
    }
    workers.delete(workerId);
  });
  io.picture.doubt(workerId);
}

/** A key that is used up by a worker that is gone is tried with the next number; more there never are. */
const MOST_WORKERS_PER_SESSION = 20;

async function makeWorker(
  { standIn, template, provisionAt, waiting }: ScaleUp,
  io: CarryOut,
  workers: Map<string, string | SchedulingReason>,
): Promise<void> {
  io.picture.fleet.remove(standIn);
  workers.set(standIn, { code: 'PendingEvaluation', message: 'A worker could not be asked for.' });
  await tolerating(io, `a worker of template ${template.name}`, async () => {
    try {
      for (let number = 0; number < MOST_WORKERS_PER_SESSION; number++) {
        const { id, state } = await io.client.internal.scaleUp({
          body: {
            // The same wish again, after a lost answer, gives the same worker.
            key: `${waiting.id}/${number}`,
            templateId: template.id,
            provisionAt: iso(provisionAt),
            forSession: sessionId.parse(waiting.id),
            reason: `session ${waiting.id} needs it from ${waiting.session.timeslot.start}`,
          },
          headers: io.headersOf(waiting.id)(),
        });
        if (!['PENDING', 'PROVISIONING', 'STARTING', 'RUNNING'].includes(state.status)) continue;
        io.picture.doubt(id);
        workers.set(standIn, id);
        return;
      }
    } catch (error) {
      if (error instanceof Refusal && error.code === 'quota') workers.set(standIn, quotaReason(error));
      else throw error;
    }
  });
}

function quotaReason({ facts, message }: Refusal): SchedulingReason {
  const { id, limit } = facts;
  return typeof id === 'string' && typeof limit === 'number'
    ? refusedBy(id, limit)
    : { code: 'QuotaExceeded', message };
}

/** The same placement with the worker's own id in the place of its stand-in's. */
function onWorker(placement: PlannedPlacement, worker: string): PlannedPlacement {
  if (worker === placement.workerId) return placement;
  const named = <T extends { workerId: string }>(one: T): T =>
    one.workerId === placement.workerId ? { ...one, workerId: worker } : one;
  const { winner, best } = placement.decision;
  const decision = {
    ...placement.decision,
    best: best.map(named),
    ...(winner ? { winner: named(winner) } : {}),
  };
  return { ...placement, workerId: worker, decision };
}

function waitingFor({ waiting, decision }: PlannedPlacement, reason: SchedulingReason) {
  const { winner: _, ...told } = decision;
  return { waiting, decision: { ...told, outcome: 'wait' as const, best: [], reason } };
}

async function place(
  placements: readonly PlannedPlacement[],
  io: CarryOut,
  outcomes: Map<string, RoundOutcome>,
): Promise<void> {
  for (const { waiting } of placements) outcomes.set(waiting.id, 'again');
  const workerOf = new Map(placements.map(({ waiting, workerId }) => [waiting.id, workerId]));
  const items = placements.map(({ waiting, placementId, workerId, decision }) => ({
    sessionId: sessionId.parse(waiting.id),
    expectedVersion: waiting.version,
    placementId,
    workerId: toWorkerId.parse(workerId),
    decision,
  }));
  await inBatches(items, io.headersOf, async (batch, headers) => {
    await tolerating(io, 'a batch of placements', async () => {
      const settled = await io.client.internal.place({ body: { items: batch }, headers });
      for (const item of settled.items) {
        if (item.status === 'done') outcomes.set(item.sessionId, 'placed');
        else io.log.debug(item, 'a placement was refused; the next round decides anew');
      }
    });
    // What was promised meanwhile, or not, is read before the next round.
    for (const { sessionId: id } of batch) io.picture.doubt(workerOf.get(id) ?? '');
  });
}

async function writeDown(
  decisions: readonly { waiting: Waiting; decision: SchedulingDecision }[],
  io: CarryOut,
): Promise<void> {
  const items = decisions
    .filter(({ waiting, decision }) => isNews(decision, waiting.session.decision))
    .map(({ waiting, decision }) => ({ sessionId: sessionId.parse(waiting.id), decision }));
  await inBatches(items, io.headersOf, (batch, headers) =>
    tolerating(io, 'a batch of decisions', () =>
      io.client.internal.recordDecisions({ body: { items: batch }, headers }),
    ),
  );
}

async function planEarlier({ workerId, provisionAt, waiting }: RoundPlan['replans'][number], io: CarryOut) {
  await tolerating(io, `the plan of worker ${workerId}`, () =>
    io.client.internal.workers.command({
      params: { id: workerId },
      body: { command: { type: 'plan', provisionAt: iso(provisionAt) } },
      headers: io.headersOf(waiting.id)(),
    }),
  );
  io.picture.doubt(workerId);
}

/** One thing that is refused must not keep the others of a round from being done; all of it comes round again. */
async function tolerating(io: CarryOut, what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    io.log.warn({ err: error, code: error.code }, `${what} was refused and is tried again`);
  }
}
