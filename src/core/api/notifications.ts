import { z } from 'zod';
import { emailAddress } from '../domain/email-address.ts';
import { subscriptionId } from '../domain/ids.ts';
import { notification } from '../domain/notification.ts';
import { OCCASIONS, subscription, subscriptionChange } from '../domain/subscription.ts';
import type { AccessRule } from './access-rule.ts';
import { ANYBODY, AUTHORS, endpoint, type Role } from './endpoint.ts';
import { pageOf, paging, versioned } from './list.ts';

/** Where messages go, as its owner gives it. */
const channelRequest = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('email'),
    address: emailAddress.meta({ examples: ['ada.byron@example.org'] }),
  }),
  z.strictObject({ type: z.literal('webhook'), url: z.url({ protocol: /^https?$/ }).max(2_000) }),
]);

/** A subscription as its owner sees it; of where messages go no more than a hint. */
export const subscriptionView = subscription.omit({ subscriber: true, username: true }).extend({
  status: z.enum(['UNCONFIRMED', 'ACTIVE', 'DISABLED']),
  ...versioned,
});
export type SubscriptionView = z.infer<typeof subscriptionView>;

/** A message, as it stands. */
const notificationView = notification.extend(versioned);

const params = z.object({ id: subscriptionId });
const secret = z.string().describe('What messages are signed with (standardwebhooks.com); shown this once');

/** What can be done with subscriptions that are there. */
const subscriptionsAt = (base: string, roles: readonly Role[], rule: AccessRule) => ({
  list: endpoint({
    method: 'GET',
    path: base,
    summary: 'List subscriptions, newest first',
    roles,
    rule,
    query: z.object({ ...paging }),
    answer: pageOf(subscriptionView),
  }),
  get: endpoint({
    method: 'GET',
    path: `${base}/:id`,
    summary: 'One subscription',
    roles,
    rule,
    params,
    answer: subscriptionView,
    refusals: ['notFound'],
  }),
  update: endpoint({
    method: 'PATCH',
    path: `${base}/:id`,
    summary: 'Mute a subscription, put its messages into digests, or change what it is about',
    roles,
    rule,
    params,
    body: subscriptionChange,
    answer: subscriptionView,
    refusals: ['notFound', 'staleVersion'],
    ifMatch: true,
  }),
  enable: endpoint({
    method: 'POST',
    path: `${base}/:id/enable`,
    summary: 'Send again to a receiver that had enough',
    description: 'A webhook that answers 410 disables its subscription.',
    roles,
    rule,
    params,
    answer: subscriptionView,
    refusals: ['notFound', 'conflict', 'staleVersion'],
    ifMatch: true,
  }),
  newSecret: endpoint({
    method: 'POST',
    path: `${base}/:id/secret`,
    summary: 'Draw a new secret to sign messages with; the one before ends at once',
    roles,
    rule,
    params,
    answer: z.object({ secret }),
    refusals: ['notFound', 'conflict'],
  }),
  messages: endpoint({
    method: 'GET',
    path: `${base}/:id/messages`,
    summary: 'Messages of a subscription and what became of them, newest first',
    roles,
    rule,
    params,
    query: z.object({ ...paging }),
    answer: pageOf(notificationView),
    refusals: ['notFound'],
  }),
});

const OWN = '/api/v1/notifications/subscriptions';

/** Operations on who is told of what. */
export const notifications = {
  subscriptions: {
    ...subscriptionsAt(OWN, ANYBODY, 'self'),
    create: endpoint({
      method: 'POST',
      path: OWN,
      summary: 'Subscribe to what happens',
      description:
        'To what is one’s own; managers also to their department, admins to everything. A mailbox is written to once the code that it was sent is given back. Webhooks are CloudEvents, signed; a repetition with the same Idempotency-Key does not show the secret again.',
      roles: ANYBODY,
      rule: 'self',
      body: z.strictObject({
        reach: z.enum(['own', 'department', 'all']).default('own'),
        occasions: z.array(z.enum(OCCASIONS)).min(1).max(OCCASIONS.length),
        channel: channelRequest,
        digestSeconds: subscription.shape.digestSeconds.default(0),
        muted: z.boolean().default(false),
      }),
      answer: subscriptionView.extend({ secret: secret.optional() }),
      status: 201,
      refusals: ['rule', 'quota'],
      idempotencyKey: true,
    }),
    confirm: endpoint({
      method: 'POST',
      path: `${OWN}/:id/confirm`,
      summary: 'Show that the mailbox is yours, by the code that it was sent',
      roles: ANYBODY,
      rule: 'self',
      params,
      body: z.strictObject({ code: z.string().min(1).max(100) }),
      answer: subscriptionView,
      refusals: ['notFound', 'rule'],
    }),
    delete: endpoint({
      method: 'DELETE',
      path: `${OWN}/:id`,
      summary: 'Subscribe no more; where messages went is forgotten',
      roles: ANYBODY,
      rule: 'self',
      params,
      refusals: ['notFound', 'staleVersion'],
      ifMatch: true,
    }),
  },
  /** Subscriptions that definitions ask for (`ownerNotification`); they are made with the first message. */
  definitionSubscriptions: subscriptionsAt('/api/v1/notifications/definition-subscriptions', AUTHORS, 'role'),
};
