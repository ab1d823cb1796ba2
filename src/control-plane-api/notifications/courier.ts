import type { Notification } from '@lcm/core/domain/notification.ts';
import { ms } from '@lcm/core/domain/time.ts';
import type { Services } from '../services.ts';
import { attempt, type Message } from './attempt.ts';
import type { Outgoing } from './outgoing.ts';

/** Messages looked at in one round. */
const BATCH = 500;
/** Receivers served at a time: one that is slow holds up no other. */
const AT_ONCE = 8;
/** How long a receiver is left alone that does not answer at all, whatever else is due to it. */
const REST_MS = 15_000;
/** How often it looks although nothing was said to be due here: another replica may have died. */
const LOOK_AGAIN_MS = 60_000;

/** Sends what is due, at least once; several may run at a time, and take turns by message. */
export interface Courier {
  stop(): Promise<void>;
}

/** Starts one. */
export function startCourier(services: Services, outgoing: Outgoing): Courier {
  const { clock, log, commands } = services;
  const stopping = new AbortController();
  const { signal } = stopping;
  /** What is under way, by receiver. */
  const runs = new Map<string, Promise<void>>();
  /** Until when a receiver is left alone, milliseconds on the monotonic clock. */
  const resting = new Map<string, number>();
  let wake = () => {};
  commands.onWritten((kind) => {
    if (kind === 'notification' || kind === 'subscription') wake();
  });

  const serve = async (receiver: string, queue: readonly Message[]) => {
    try {
      for (const message of queue) {
        if (signal.aborted) return;
        if (await attempt(services, outgoing, message, signal)) continue;
        resting.set(receiver, clock.monotonic() + REST_MS);
        return;
      }
    } catch (error) {
      if (signal.aborted) return;
      log.error({ err: error, receiver }, 'messages could not be tried, trying again');
      resting.set(receiver, clock.monotonic() + REST_MS);
    } finally {
      runs.delete(receiver);
      wake();
    }
  };
  /** Takes up what is due; how long until something is again, milliseconds. */
  const look = async () => {
    const { queues, waitMs } = await dueMessages(services);
    const now = clock.monotonic();
    for (const [receiver, until] of resting) if (until <= now) resting.delete(receiver);
    for (const [receiver, queue] of queues) {
      if (runs.size >= AT_ONCE || signal.aborted) break;
      if (!runs.has(receiver) && !resting.has(receiver)) runs.set(receiver, serve(receiver, queue));
    }
    return Math.min(waitMs, ...[...resting.values()].map((until) => until - now));
  };
  const looking = (async () => {
    while (!signal.aborted) {
      const written = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const waitMs = await look().catch((error: unknown) => {
        log.error({ err: error }, 'sending messages is held up, trying again');
        return REST_MS;
      });
      if (signal.aborted) break;
      const { promise: rung, resolve: ring } = Promise.withResolvers<void>();
      const cancel = clock.after(waitMs, ring);
      await Promise.race([written, rung]);
      cancel();
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      wake();
      await looking;
      await Promise.all(runs.values());
    },
  };
}

/** What is due, by receiver, and how long until more is. */
async function dueMessages({
  store,
  clock,
}: Services): Promise<{ queues: Map<string, Message[]>; waitMs: number }> {
  const page = await store.list<Notification>('notification', {
    where: { status: 'PENDING' },
    sort: { field: 'dueAt', direction: 'asc' },
    limit: BATCH,
  });
  const now = clock.now();
  const due = page.items.filter(({ state }) => ms(state.dueAt) <= now);
  const next = page.items.find(({ state }) => ms(state.dueAt) > now);
  return {
    queues: Map.groupBy(due, ({ state }) => state.subscriptionId),
    waitMs: next ? Math.min(ms(next.state.dueAt) - now, LOOK_AGAIN_MS) : LOOK_AGAIN_MS,
  };
}
