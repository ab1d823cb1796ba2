import type { notifications } from '@lcm/core/api/notifications.ts';
import { type SubscriptionId, subscriptionId } from '@lcm/core/domain/ids.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Subscription } from '@lcm/core/domain/subscription.ts';
import type { Stored } from '@lcm/core/spi/state-store.ts';
import type { z } from 'zod';
import { actorOf, type Caller, ownKey } from '../auth/caller.ts';
import { newId } from '../ids.ts';
import { refuseTooManyCodes, sendCode } from '../notifications/confirmation.ts';
import { ALL_TOPIC, departmentTopic, ownTopic } from '../notifications/happening.ts';
import { hintOf, keepReceiver, type Receiver } from '../notifications/receivers.ts';
import { newSecret } from '../notifications/signature.ts';
import { refuseUnreachable } from '../notifications/webhook-address.ts';
import type { Services } from '../services.ts';

/** More than anybody reads. */
const MOST_SUBSCRIPTIONS = 20;

type Wish = z.output<typeof notifications.subscriptions.create.body>;

/**
 * Subscribes the caller. Where messages go is kept first: a subscription without it would be of no use.
 * @throws Refusal `forbidden` for more than the role sees, `rule` for what is never written to, `quota`
 */
export async function subscribe(
  services: Services,
  { reach, channel, ...wishes }: Wish,
  caller: Caller,
  { idempotencyKey: key, correlationId }: { idempotencyKey?: string | undefined; correlationId: string },
): Promise<{ stored: Stored<Subscription>; secret?: string }> {
  const subscriber = ownKey(caller);
  const topic = topicOf(reach, caller);
  const source = key ? { caller: subscriber, key } : undefined;
  const id: SubscriptionId = subscriptionId.parse(newId('ns', services.random, source));
  const known = await services.store.load<Subscription>('subscription', id);
  if (known) return { stored: known };
  const open = { subscriber, status: ['UNCONFIRMED', 'ACTIVE', 'DISABLED'] };
  if ((await services.store.count('subscription', open)) >= MOST_SUBSCRIPTIONS)
    throw new Refusal('quota', `you have ${MOST_SUBSCRIPTIONS} subscriptions, which is the most: delete one`);
  const to = await receiverFor(services, channel, caller);
  await keepReceiver(services.expiring, id, to);
  const subscription = {
    ...wishes,
    id,
    subscriber,
    username: caller.username,
    topic,
    channel: hintOf(to),
    confirmed: to.type === 'webhook',
  };
  const command = { type: 'subscribe' as const, subscription, by: actorOf(caller) };
  const stored = await services.commands.execute('subscription', id, command, { correlationId });
  if (to.type === 'email') await sendCode(services, id, to.address, subscriber);
  return to.type === 'webhook' && to.secret ? { stored, secret: to.secret } : { stored };
}

function topicOf(reach: Wish['reach'], caller: Caller): string {
  const { roles, department } = caller;
  if (reach === 'own') return ownTopic(ownKey(caller));
  if (reach === 'all' && roles.includes('admin')) return ALL_TOPIC;
  if (reach === 'department' && department && roles.some((role) => role === 'admin' || role === 'manager'))
    return departmentTopic(department);
  throw new Refusal('forbidden', `you may not be told of ${reach === 'all' ? 'everything' : 'a department'}`);
}

async function receiverFor(services: Services, channel: Wish['channel'], caller: Caller): Promise<Receiver> {
  if (channel.type === 'webhook') {
    await refuseUnreachable(services.outgoing.web, channel.url, '/channel/url');
    return { ...channel, secret: newSecret(services.random) };
  }
  if (!services.outgoing.mail)
    throw new Refusal('rule', 'no mail server is configured here: use a webhook, or ask the operator', {
      fields: [{ pointer: '/channel/type', message: 'cannot be email here' }],
    });
  await refuseTooManyCodes(services, ownKey(caller));
  return channel;
}
