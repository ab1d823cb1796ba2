import type { Fence } from '@lcm/core/domain/fence.ts';
import type { PlacementId, WorkerId } from '@lcm/core/domain/ids.ts';
import type { Kind } from '@lcm/core/domain/kinds.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import type { WorkerLedger } from '@lcm/core/domain/worker-ledger.ts';
import type { Services } from '../services.ts';
import type { Order, Settled } from './execute.ts';

/** Who asks for a batch, and by which right. */
export interface Asked {
  by: string;
  fence?: Fence | undefined;
  correlationId?: string | undefined;
}

/** What became of one item of a batch. */
export interface Outcome {
  sessionId: string;
  status: 'done' | 'refused';
  code?: string;
  message?: string;
}

/** A placement that is to be given back. */
interface GivenBack {
  sessionId: string;
  placementId: PlacementId;
  workerId: WorkerId;
}

/**
 * Gives placements back: the ledgers forget them first, then the sessions, one commit each. Release follows
 * the session, never precedes it: what a session still claims is refused. Repeating it changes nothing.
 */
export async function releasePlacements(
  services: Services,
  items: readonly GivenBack[],
  asked: Asked,
): Promise<Outcome[]> {
  const { by, correlationId } = asked;
  const [sessions, ledgers] = await Promise.all([
    loaded<Session>(
      services,
      'session',
      items.map(({ sessionId }) => sessionId),
    ),
    loaded<WorkerLedger>(
      services,
      'worker-ledger',
      items.map(({ workerId }) => workerId),
    ),
  ]);
  const obstacles = items.map((item) =>
    obstacle(item, sessions.get(item.sessionId), ledgers.get(item.workerId)),
  );
  const free = items.filter((_item, index) => !obstacles[index]);
  const released = await services.commands.executeAll(
    free.map(
      ({ workerId, placementId }): Order<'worker-ledger'> => ({
        kind: 'worker-ledger',
        id: workerId,
        command: { type: 'release', placementId, by },
        terms: { correlationId },
      }),
    ),
  );
  const gone = free.filter((_item, index) => !failure(released[index]));
  const recorded = await services.commands.executeAll(
    gone.map(
      ({ sessionId, placementId }): Order<'session'> => ({
        kind: 'session',
        id: sessionId,
        command: { type: 'recordRelease', placementId, by },
        terms: asked,
      }),
    ),
  );
  return items.map((item, index) => {
    const refusal =
      obstacles[index] ?? failure(released[free.indexOf(item)]) ?? failure(recorded[gone.indexOf(item)]);
    return refusal ? refused(item.sessionId, refusal) : { sessionId: item.sessionId, status: 'done' };
  });
}

/** What keeps a placement from being given back. */
function obstacle(
  { sessionId, placementId, workerId }: GivenBack,
  session: Session | undefined,
  ledger: WorkerLedger | undefined,
): Refusal | undefined {
  if (session?.placement?.id === placementId || session?.proposal?.id === placementId)
    return new Refusal('conflict', `session ${sessionId} still claims placement ${placementId}`);
  const holder = ledger?.reservations[placementId]?.sessionId ?? sessionId;
  return holder === sessionId
    ? undefined
    : new Refusal('conflict', `placement ${placementId} on ${workerId} is that of session ${holder}`);
}

/** Why an order was refused. What is not there needs no giving back. */
function failure(settled: Settled<Kind> | undefined): Refusal | undefined {
  return settled && 'refusal' in settled && settled.refusal.code !== 'notFound' ? settled.refusal : undefined;
}

async function loaded<State>(
  services: Services,
  kind: Kind,
  ids: readonly string[],
): Promise<Map<string, State>> {
  const found = await services.store.loadMany<State>(kind, [...new Set(ids)]);
  return new Map(found.map(({ id, state }) => [id, state]));
}

/** The outcome of an item that was refused. */
export const refused = (sessionId: string, refusal: Refusal): Outcome => ({
  sessionId,
  status: 'refused',
  code: refusal.code,
  message: refusal.message,
});
