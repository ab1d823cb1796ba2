import type { Fence } from '@lcm/core/domain/fence.ts';
import type { PlacementId, SessionId, WorkerId } from '@lcm/core/domain/ids.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { SchedulingDecision } from '@lcm/core/domain/scheduling-reason.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import { iso } from '@lcm/core/domain/time.ts';
import { heldWindow } from '@lcm/core/domain/timeslot.ts';
import type { Services } from '../services.ts';
import type { Order, Settled } from './execute.ts';

/** One proposed placement. */
export interface PlacementItem {
  sessionId: SessionId;
  expectedVersion?: number | undefined;
  placementId: PlacementId;
  workerId: WorkerId;
  decision: SchedulingDecision;
}

/** What became of one item. */
export interface Outcome {
  sessionId: string;
  status: 'done' | 'refused';
  code?: string;
  message?: string;
}

interface Asked {
  by: string;
  fence?: Fence | undefined;
  correlationId?: string | undefined;
}

/**
 * Intent first (PRODUCT.md, Scheduling): each session records its proposal, the ledgers reserve, the sessions
 * confirm: three commits for the whole batch. What a ledger refuses is withdrawn. A crash in between leaves a
 * proposal, which the scheduler's sweep completes or withdraws, or a reservation that no session claims,
 * which it releases.
 */
export async function placeSessions(
  services: Services,
  items: readonly PlacementItem[],
  asked: Asked,
): Promise<Outcome[]> {
  const outcomes = new Map<string, Outcome>();
  const proposed = await step(services, items, outcomes, (item) => ({
    kind: 'session',
    id: item.sessionId,
    command: {
      type: 'propose',
      placementId: item.placementId,
      workerId: item.workerId,
      decision: item.decision,
      by: asked.by,
    },
    terms: { ...asked, expectedVersion: item.expectedVersion },
  }));
  const reserved = await reserveAll(services, proposed, outcomes, asked);
  const confirmed = await step(services, reserved, outcomes, (item) => ({
    kind: 'session',
    id: item.sessionId,
    command: { type: 'confirmPlacement', placementId: item.placementId, by: asked.by },
    terms: asked,
  }));
  for (const item of confirmed) outcomes.set(item.sessionId, { sessionId: item.sessionId, status: 'done' });
  await withdrawRefused(services, items, outcomes, asked);
  return items.map(
    (item) => outcomes.get(item.sessionId) ?? { sessionId: item.sessionId, status: 'refused', code: 'busy' },
  );
}

/** Runs one order per item; the items that went through. */
async function step<Item extends { sessionId: string }>(
  services: Services,
  items: readonly Item[],
  outcomes: Map<string, Outcome>,
  order: (item: Item) => Order<'session'>,
): Promise<Item[]> {
  const settled = await services.commands.executeAll(items.map(order));
  return items.filter((item, index) => {
    const one = settled[index];
    if (one && 'refusal' in one) outcomes.set(item.sessionId, refused(item.sessionId, one.refusal));
    return one !== undefined && 'stored' in one;
  });
}

/** Each ledger takes its reservations one after the other; the ledgers of different workers share a commit. */
async function reserveAll(
  services: Services,
  items: readonly PlacementItem[],
  outcomes: Map<string, Outcome>,
  asked: Asked,
): Promise<PlacementItem[]> {
  const sessions = new Map(
    (
      await services.store.loadMany<Session>(
        'session',
        items.map((item) => item.sessionId),
      )
    ).map(({ id, state }) => [id, state]),
  );
  const through: PlacementItem[] = [];
  let waiting = [...items];
  while (waiting.length > 0) {
    // One per worker and round: a ledger's second reservation is decided on the state after its first.
    const round = [...new Map(waiting.map((item) => [item.workerId, item])).values()];
    waiting = waiting.filter((item) => !round.includes(item));
    const settled = await services.commands.executeAll(
      round.map((item) => reserveOrder(item, sessions.get(item.sessionId), asked)),
    );
    for (const [index, item] of round.entries()) {
      const one: Settled<'worker-ledger'> | undefined = settled[index];
      if (one && 'stored' in one) through.push(item);
      else if (one) outcomes.set(item.sessionId, refused(item.sessionId, one.refusal));
    }
  }
  return through;
}

function reserveOrder(
  item: PlacementItem,
  session: Session | undefined,
  asked: Asked,
): Order<'worker-ledger'> {
  if (!session) throw new Refusal('notFound', `there is no session ${item.sessionId}`);
  const { placementId, workerId, sessionId } = item;
  const held = heldWindow(session.timeslot);
  const reservation = {
    placementId,
    sessionId,
    from: iso(held.from),
    to: iso(held.to),
    need: session.definition.need,
  };
  // A ledger takes reservations of sessions of any partition, so a session's fence says nothing about it.
  return {
    kind: 'worker-ledger',
    id: workerId,
    command: { type: 'reserve', reservation, by: asked.by },
    terms: { correlationId: asked.correlationId },
  };
}

async function withdrawRefused(
  services: Services,
  items: readonly PlacementItem[],
  outcomes: Map<string, Outcome>,
  asked: Asked,
): Promise<void> {
  const refusedItems = items.filter((item) => outcomes.get(item.sessionId)?.status === 'refused');
  const orders = refusedItems.map(
    (item): Order<'session'> => ({
      kind: 'session',
      id: item.sessionId,
      command: { type: 'withdrawProposal', placementId: item.placementId, by: asked.by },
      terms: asked,
    }),
  );
  if (orders.length === 0) return;
  await services.commands.executeAll(orders);
  await releasePlacements(services, refusedItems, asked);
}

/** Gives placements back: the ledger first forgets them, then the session. Repeating it changes nothing. */
export async function releasePlacements(
  services: Services,
  items: readonly { sessionId: string; placementId: PlacementId; workerId: WorkerId }[],
  asked: Asked,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const item of items) {
    const { placementId, workerId, sessionId } = item;
    try {
      await refuseIfClaimed(services, sessionId, placementId);
      await ignoringAbsence(
        services.commands.execute('worker-ledger', workerId, { type: 'release', placementId, by: asked.by }),
      );
      await ignoringAbsence(
        services.commands.execute(
          'session',
          sessionId,
          { type: 'recordRelease', placementId, by: asked.by },
          asked,
        ),
      );
      outcomes.push({ sessionId, status: 'done' });
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      outcomes.push(refused(sessionId, refusal));
    }
  }
  return outcomes;
}

/** Release follows the session, never precedes it. */
async function refuseIfClaimed(
  services: Services,
  sessionId: string,
  placementId: PlacementId,
): Promise<void> {
  const session = await services.store.load<Session>('session', sessionId);
  const claimed = session?.state.placement?.id === placementId || session?.state.proposal?.id === placementId;
  if (claimed) throw new Refusal('conflict', `session ${sessionId} still claims placement ${placementId}`);
}

/** What is not there needs no giving back. */
async function ignoringAbsence(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (refusal) {
    if (!(refusal instanceof Refusal) || refusal.code !== 'notFound') throw refusal;
  }
}

const refused = (sessionId: string, refusal: Refusal): Outcome => ({
  sessionId,
  status: 'refused',
  code: refusal.code,
  message: refusal.message,
});
