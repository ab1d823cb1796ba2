import type { notifications, SubscriptionView } from '@lcm/core/api/notifications.ts';
import type { Notification } from '@lcm/core/domain/notification.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Subscription, SubscriptionCommand } from '@lcm/core/domain/subscription.ts';
import type { Stored } from '@lcm/core/spi/state-store.ts';
import { actorOf, type Caller, ownKey } from '../auth/caller.ts';
import { subscribe } from '../commands/subscribe.ts';
import { checkCode } from '../notifications/confirmation.ts';
import { forgetReceiver, keepReceiver, receiverOf } from '../notifications/receivers.ts';
import { newSecret } from '../notifications/signature.ts';
import { BY_DEFINITIONS } from '../notifications/standing-wishes.ts';
import { loadExisting } from '../queries/load.ts';
import type { Services } from '../services.ts';
import { type Call, type Handlers, termsOf } from './handler.ts';
import { turned, withVersion } from './lists.ts';

/** Operations on who is told of what; see core/api/notifications.ts. */
export function notificationHandlers(services: Services): Handlers<typeof notifications> {
  return {
    subscriptions: {
      ...subscriptionHandlers(services, ownKey),
      create: async ({ body, caller, ...more }) => {
        const { stored, secret } = await subscribe(services, body, caller, more);
        return { ...viewOf(stored), ...(secret ? { secret } : {}) };
      },
      confirm: async (call) => {
        await seen(services, call, ownKey);
        await checkCode(services, call.params.id, call.body.code);
        return ordered(services, call, { type: 'confirm' });
      },
      delete: async (call) => {
        await seen(services, call, ownKey);
        await ordered(services, call, { type: 'unsubscribe' });
        await forgetReceiver(services.expiring, call.params.id);
        return undefined;
      },
    },
    definitionSubscriptions: subscriptionHandlers(services, () => BY_DEFINITIONS),
  };
}

/** All but those that are deleted. */
const SHOWN = ['UNCONFIRMED', 'ACTIVE', 'DISABLED'] as const;
const NEWEST = { sort: { field: 'createdAt', direction: 'desc' } } as const;

/** Whose subscriptions a call is about. */
type Whose = (caller: Caller) => string;

function subscriptionHandlers(
  services: Services,
  whose: Whose,
): Handlers<(typeof notifications)['definitionSubscriptions']> {
  return {
    list: async ({ query, caller }) => {
      const where = { subscriber: whose(caller), status: SHOWN };
      const page = await services.store.list<Subscription>('subscription', { where, ...NEWEST, ...query });
      return turned(page, page.items.map(viewOf));
    },
    get: async (call) => viewOf(await seen(services, call, whose)),
    update: async (call) => {
      await seen(services, call, whose);
      return ordered(services, call, { type: 'change', changes: call.body });
    },
    enable: async (call) => {
      await seen(services, call, whose);
      return ordered(services, call, { type: 'enable' });
    },
    newSecret: async (call) => {
      const { id } = (await seen(services, call, whose)).state;
      const to = await receiverOf(services.expiring, id);
      if (to?.type !== 'webhook') throw new Refusal('conflict', `subscription ${id} is no webhook`);
      const secret = newSecret(services.random);
      await keepReceiver(services.expiring, id, { ...to, secret });
      return { secret };
    },
    messages: async (call) => {
      const { id } = (await seen(services, call, whose)).state;
      const where = { subscriptionId: id };
      const page = await services.store.list<Notification>('notification', {
        where,
        ...NEWEST,
        ...call.query,
      });
      return turned(page, page.items.map(withVersion));
    },
  };
}

type OfOne = Pick<Call, 'caller'> & { params: { id: string } };

async function seen(
  services: Services,
  { params, caller }: OfOne,
  whose: Whose,
): Promise<Stored<Subscription>> {
  const stored = await loadExisting(services.store, 'subscription', params.id);
  if (stored.state.subscriber === whose(caller) && stored.state.status !== 'DELETED') return stored;
  throw new Refusal('notFound', `there is no subscription ${params.id}`);
}

type Bare = SubscriptionCommand extends infer One
  ? One extends SubscriptionCommand
    ? Omit<One, 'by'>
    : never
  : never;

async function ordered(
  services: Services,
  call: OfOne & Pick<Call, 'expectedVersion' | 'fence' | 'correlationId'>,
  command: Bare,
): Promise<SubscriptionView> {
  const asked = { ...command, by: actorOf(call.caller) } as SubscriptionCommand;
  return viewOf(await services.commands.execute('subscription', call.params.id, asked, termsOf(call)));
}

function viewOf({ state, version }: Stored<Subscription>): SubscriptionView {
  const { subscriber: _whose, username: _name, ...shown } = state;
  return { ...shown, status: shown.status === 'DELETED' ? 'DISABLED' : shown.status, version };
}
