import { expect, it } from 'vitest';
import type { Bare } from './decider.ts';
import { subscriptionId } from './ids.ts';
import { given, type Wish } from './scenario.fixture.ts';
import {
  type SubscriptionCommand,
  type SubscriptionEvent,
  subscription,
  subscriptionDecider,
} from './subscription.ts';

const asked = {
  id: subscriptionId.parse('ns-1'),
  subscriber: 'https://idp|ann',
  username: 'ann',
  topic: 'own:https://idp|ann',
  occasions: ['session.failed' as const],
  channel: { type: 'email' as const, hint: 'a…@example.com' },
  digestSeconds: 0,
  muted: false,
  confirmed: true,
};
const created: Bare<SubscriptionEvent> = { type: 'subscription.created', subscription: asked };
const unconfirmed: Bare<SubscriptionEvent> = {
  type: 'subscription.created',
  subscription: { ...asked, confirmed: false },
};
const disabled = { type: 'subscription.disabled' as const, why: 'gone' };
const deleted: Bare<SubscriptionEvent> = { type: 'subscription.deleted' };
const when = (history: readonly Bare<SubscriptionEvent>[], wish: Wish<SubscriptionCommand>) =>
  given(subscriptionDecider, history).when(wish);

it('is made once, and is active when whose it is has been shown', () => {
  const made = when([], { type: 'subscribe', subscription: asked }).state();
  expect(subscription.parse(made).status).toBe('ACTIVE');
  when([created], { type: 'subscribe', subscription: asked }).happens();
  expect(when([unconfirmed], { type: 'confirm' }).state().status).toBe('ACTIVE');
});

it('is not enabled in place of being confirmed', () => {
  when([unconfirmed], { type: 'enable' }).isRefused('conflict');
});

it('is sent to again after it was disabled, from the next message on', () => {
  const after = when([created, disabled], { type: 'enable' }).state();
  expect([after.status, after.disabledReason]).toEqual(['ACTIVE', undefined]);
});

it('a pause is not made shorter', () => {
  const paused: Bare<SubscriptionEvent> = { type: 'subscription.paused', until: '2026-03-01T09:00:00.000Z' };
  when([created, paused], { type: 'pause', until: '2026-03-01T08:30:00.000Z' }).happens();
});

it('what stays as it is makes nothing happen', () => {
  when([created], { type: 'change', changes: { muted: false, digestSeconds: 0 } }).happens();
  expect(when([created], { type: 'change', changes: { muted: true } }).state().muted).toBe(true);
});

it('what was deleted is not there', () => {
  when([created, deleted], { type: 'change', changes: { muted: true } }).isRefused('notFound');
  when([created, deleted], { type: 'subscribe', subscription: asked }).happens();
});
