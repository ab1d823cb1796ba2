import type { PlacementId, SessionId, WorkerId } from '@lcm/core/domain/ids.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { SchedulingDecision } from '@lcm/core/domain/scheduling-reason.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import { iso } from '@lcm/core/domain/time.ts';
import { heldWindow } from '@lcm/core/domain/timeslot.ts';
import type { Services } from '../services.ts';
import type { Order } from './execute.ts';
import { type Asked, type Outcome, refused, releasePlacements } from './release-placements.ts';

/** One proposed placement. */
export interface PlacementItem {
  sessionId: SessionId;
  expectedVersion?: number | undefined;
  placementId: PlacementId;
  workerId: WorkerId;
  decision: SchedulingDecision;
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
  refuseTwice(items);
  const outcomes = new Map<string, Outcome>();
  const proposed = await step(services, items, outcomes, (item) => ({
    kind: 'session' as const,
    id: item.sessionId,
    command: {
      type: 'propose' as const,
      placementId: item.placementId,
      workerId: item.workerId,
      decision: item.decision,
      by: asked.by,
    },
    terms: { ...asked, expectedVersion: item.expectedVersion },
  }));
  const reserved = await reserveAll(services, proposed, outcomes, asked);
  const confirmed = await step(services, reserved, outcomes, (item) => ({
    kind: 'session' as const,
    id: item.sessionId,
    command: { type: 'confirmPlacement' as const, placementId: item.placementId, by: asked.by },
    terms: asked,
  }));
  for (const item of confirmed) outcomes.set(item.sessionId, { sessionId: item.sessionId, status: 'done' });
  await withdrawRefused(services, items, outcomes, asked);
  return items.map(
    (item) => outcomes.get(item.sessionId) ?? { sessionId: item.sessionId, status: 'refused', code: 'busy' },
  );
}

function refuseTwice(items: readonly PlacementItem[]): void {
  const seen = new Set<string>();
  for (const [index, { sessionId }] of items.entries()) {
    if (seen.has(sessionId)) {
      throw new Refusal('rule', `session ${sessionId} is placed twice in one batch`, {
        fields: [{ pointer: `/items/${index}/sessionId`, message: 'is there already' }],
      });
    }
    seen.add(sessionId);
  }
}

/** Runs one order per item; the items that went through. */
async function step<Item extends { sessionId: string }, K extends 'session' | 'worker-ledger'>(
  services: Services,
  items: readonly Item[],
  outcomes: Map<string, Outcome>,
  order: (item: Item) => Order<K>,
): Promise<Item[]> {
  const settled = await services.commands.executeAll(items.map(order));
  return items.filter((item, index) => {
    const one = settled[index];
    if (one && 'refusal' in one) outcomes.set(item.sessionId, refused(item.sessionId, one.refusal));
    return one !== undefined && 'stored' in one;
  });
}

/** Each ledger takes its reservations in the order of the batch, each decided on those before it. */
async function reserveAll(
  services: Services,
  items: readonly PlacementItem[],
  outcomes: Map<string, Outcome>,
  asked: Asked,
): Promise<PlacementItem[]> {
  const found = await services.store.loadMany<Session>(
    'session',
    items.map((item) => item.sessionId),
  );
  const sessions = new Map(found.map(({ id, state }) => [id, state]));
  return step(services, items, outcomes, (item) => reserveOrder(item, sessions.get(item.sessionId), asked));
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
