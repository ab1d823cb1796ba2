import type { Notification, NotificationCommand } from '@lcm/core/domain/notification.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Subscription } from '@lcm/core/domain/subscription.ts';
import { iso, ms } from '@lcm/core/domain/time.ts';
import type { Stored } from '@lcm/core/spi/state-store.ts';
import type { Services } from '../services.ts';
import { raiseDeadLetter } from './dead-letter.ts';
import type { Outgoing } from './outgoing.ts';
import { type Receiver, receiverOf } from './receivers.ts';
import { type Sent, send } from './send.ts';

/** So long a message is tried. */
export const GIVE_UP_MS = 86_400_000;
/** What was taken up and not heard of is tried again after that: longer than any attempt takes. */
const ATTEMPT_MS = 120_000;
/** First pause after a failure, and the longest; it doubles in between. */
const FIRST_PAUSE_MS = 15_000;
const LONGEST_PAUSE_MS = 3_600_000;

const BY = 'control-plane-api';

export type Message = Stored<Notification>;

/**
 * Tries one message, once: takes it up, sends it, and records what became of it.
 * @returns whether the receiver answers, so that there is a point in trying the next message
 */
export async function attempt(
  services: Services,
  outgoing: Outgoing,
  message: Message,
  signal: AbortSignal,
): Promise<boolean> {
  const begun = await takeUp(services, message);
  if (!begun) return true;
  const { subscription, to } = begun;
  const sent = await send(
    outgoing,
    services.clock,
    begun.message.state,
    to,
    subscription.digestSeconds > 0,
    signal,
  );
  await settle(services, begun.message, subscription, sent);
  return sent.outcome !== 'unreachable';
}

/** What is to be sent, and to whom, where there is a point in it now. */
async function takeUp(
  services: Services,
  message: Message,
): Promise<{ message: Message; subscription: Subscription; to: Receiver } | undefined> {
  const { store, clock, expiring } = services;
  const { state } = message;
  const subscription = (await store.load<Subscription>('subscription', state.subscriptionId))?.state;
  const to = subscription && (await receiverOf(expiring, subscription.id));
  if (!subscription || !to) return order(services, message, { type: 'drop', message: 'nobody receives it' });
  if (subscription.status !== 'ACTIVE' || subscription.muted)
    return order(services, message, {
      type: 'drop',
      message: 'the subscription is muted, disabled or deleted',
    });
  if (clock.now() >= ms(state.firstDueAt) + GIVE_UP_MS)
    return giveUp(services, message, subscription, state.lastError ?? 'nothing was heard of it');
  const { pausedUntil } = subscription;
  if (pausedUntil !== undefined && ms(pausedUntil) > clock.now())
    return order(services, message, { type: 'postpone', until: pausedUntil, counted: true });
  const begun = await begin(services, message);
  return begun && { message: begun, subscription, to };
}

/** Takes the message up; undefined where somebody else has. */
async function begin(services: Services, { id, version }: Message): Promise<Message | undefined> {
  const until = iso(services.clock.now() + ATTEMPT_MS);
  try {
    const command = { type: 'begin' as const, until, by: BY };
    return await services.commands.execute('notification', id, command, { expectedVersion: version });
  } catch (refusal) {
    if (refusal instanceof Refusal && refusal.code === 'staleVersion') return undefined;
    throw refusal;
  }
}

async function settle(
  services: Services,
  message: Message,
  subscription: Subscription,
  sent: Sent,
): Promise<void> {
  const now = services.clock.now();
  switch (sent.outcome) {
    case 'sent':
      return order(services, message, { type: 'succeed' });
    case 'failed':
    case 'unreachable': {
      const until = iso(now + pauseAfter(message.state.attempts, services.random.next()));
      return order(services, message, { type: 'postpone', until, message: sent.message, counted: true });
    }
    case 'later': {
      const until = iso(now + sent.waitMs);
      await services.commands.execute('subscription', subscription.id, { type: 'pause', until, by: BY });
      const why = 'the receiver asked to wait';
      return order(services, message, { type: 'postpone', until, message: why, counted: false });
    }
    case 'gone': {
      const why = 'the receiver answered that it is gone (410)';
      await services.commands.execute('subscription', subscription.id, { type: 'disable', why, by: BY });
      return order(services, message, { type: 'drop', message: why });
    }
    case 'refused':
      return giveUp(services, message, subscription, sent.message);
  }
}

async function giveUp(
  services: Services,
  message: Message,
  subscription: Subscription,
  why: string,
): Promise<undefined> {
  // The task first: a message that is given up is not looked at again.
  await raiseDeadLetter(services, subscription, why);
  await order(services, message, { type: 'giveUp', message: why });
}

/** Milliseconds, doubling with each attempt, with a fifth of chance so that not all come back together. */
function pauseAfter(attempts: number, chance: number): number {
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** Math.max(0, attempts - 1), LONGEST_PAUSE_MS);
  return Math.round(pause * (0.9 + 0.2 * chance));
}

type Bare = NotificationCommand extends infer One
  ? One extends NotificationCommand
    ? Omit<One, 'by'>
    : never
  : never;

async function order(services: Services, { id }: Message, command: Bare): Promise<undefined> {
  await services.commands.execute('notification', id, { ...command, by: BY } as NotificationCommand);
}
