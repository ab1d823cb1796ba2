import type { ReconcileContext, ReconcileResult } from '@lcm/core/controller/controller.ts';
import type { Informer } from '@lcm/core/controller/informer.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import { isAbsent, type SchedulerClient, type StoredSession } from '../client.ts';
import type { RoundAnswer, Rounds } from '../rounds/rounds.ts';
import { tidy } from './tidy.ts';
import type { WaitingRoom } from './waiting-room.ts';

export interface SessionDeps {
  client: SchedulerClient;
  clock: Clock;
  sessions: Informer;
  rounds: Rounds;
  waiting: WaitingRoom;
}

/** A session that waits is looked at so often at least, whatever happens, milliseconds. */
const LOOK_MS = 30_000;
/** A session that could not be read, or is not there any more though the bus says so, is looked at again. */
const UNREAD_MS = 5_000;
/** Timers can't wait much longer than three weeks; a look each hour costs nothing. */
const LONGEST_MS = 3_600_000;

/** What the scheduler has to do for one session, by its status. */
export async function reconcileSession(
  id: string,
  context: ReconcileContext,
  deps: SessionDeps,
): Promise<ReconcileResult> {
  const status = deps.sessions.cache.get(id)?.['status'];
  if (status !== 'PENDING') deps.waiting.leave(id);
  switch (status) {
    case 'PENDING':
      return waits(id, context, deps);
    case 'STOPPED':
      return stopped(id, context, deps);
    default:
      return undefined;
  }
}

async function waits(id: string, context: ReconcileContext, deps: SessionDeps): Promise<ReconcileResult> {
  const answer = await deps.rounds.decide(id, context.headers);
  const { stored } = answer;
  // It could not be read, or has moved on; the latter is told by the bus.
  if (!stored) return { againInMs: UNREAD_MS };
  if (stored.state.status !== 'PENDING') return undefined;
  // Releases of an earlier placement do not keep a session from the next, but they are given back soon.
  const tidied = await tidyUp(stored, answer, context, deps);
  if (answer.outcome === 'again') throw new Refusal('staleVersion', `session ${id} is decided on again`);
  if (answer.outcome !== 'waits') return again(tidied);
  deps.waiting.enter(id);
  return { againInMs: tidied ?? LOOK_MS };
}

/** A session that was placed, or ended, has moved on since it was read; but what it gave up before is still that. */
async function tidyUp(
  stored: StoredSession,
  { outcome }: RoundAnswer,
  context: ReconcileContext,
  deps: SessionDeps,
): Promise<number | undefined> {
  const moved = outcome === 'placed' || outcome === 'ended';
  if (moved && stored.state.releases.length === 0) return undefined;
  return tidy(stored, deps.client, context.headers, deps.clock.now());
}

async function stopped(id: string, context: ReconcileContext, deps: SessionDeps): Promise<ReconcileResult> {
  const stored = await read(id, deps.client);
  return stored && again(await tidy(stored, deps.client, context.headers, deps.clock.now()));
}

async function read(id: string, { internal }: SchedulerClient): Promise<StoredSession | undefined> {
  try {
    return await internal.sessions.get({ params: { id } });
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

const again = (ms: number | undefined): ReconcileResult =>
  ms === undefined ? undefined : { againInMs: Math.min(ms, LONGEST_MS) };
