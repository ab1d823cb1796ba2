import { expect, it } from 'vitest';
import type { Bare } from './decider.ts';
import { notificationId, subscriptionId } from './ids.ts';
import {
  type NotificationCommand,
  type NotificationEvent,
  notification,
  notificationDecider,
} from './notification.ts';
import { given, type Wish } from './scenario.fixture.ts';

const notice = (id: string) => ({
  id,
  occasion: 'task.raised' as const,
  at: '2026-03-01T08:00:00.000Z',
  about: { kind: 'task', id: 't-1' },
  title: 'Task raised',
  facts: {},
});
const of = {
  id: notificationId.parse('n-1'),
  subscriptionId: subscriptionId.parse('ns-1'),
  dueAt: '2026-03-01T08:00:00.000Z',
};
const added: Bare<NotificationEvent> = { type: 'notification.added', ...of, notice: notice('a:1') };
const begun: Bare<NotificationEvent> = { type: 'notification.begun', until: '2026-03-01T08:02:00.000Z' };
const sent: Bare<NotificationEvent> = { type: 'notification.sent' };
const when = (history: readonly Bare<NotificationEvent>[], wish: Wish<NotificationCommand>) =>
  given(notificationDecider, history).when(wish);

it('the same notice goes in once, others beside it', () => {
  when([added], { type: 'tell', ...of, notice: notice('a:1') }).happens();
  const both = when([added], { type: 'tell', ...of, notice: notice('a:2') }).state();
  expect(notification.parse(both).notices.map(({ id }) => id)).toEqual(['a:1', 'a:2']);
});

it('nothing goes into what has gone out, but what is in there stays in', () => {
  when([added, begun], { type: 'tell', ...of, notice: notice('a:2') }).isRefused('conflict');
  when([added, begun, sent], { type: 'tell', ...of, notice: notice('a:2') }).isRefused('conflict');
  when([added, begun, sent], { type: 'tell', ...of, notice: notice('a:1') }).happens();
});

it('taking it up counts, and moves it on in case nothing is heard', () => {
  expect(when([added], { type: 'begin', until: '2026-03-01T08:02:00.000Z' }).state()).toMatchObject({
    attempts: 1,
    dueAt: '2026-03-01T08:02:00.000Z',
    firstDueAt: of.dueAt,
  });
});

it('a receiver that asks to wait costs no attempt', () => {
  const wish = { type: 'postpone' as const, until: '2026-03-01T09:00:00.000Z', counted: false };
  expect(when([added, begun], wish).state()).toMatchObject({ attempts: 0, dueAt: wish.until });
});

it('what is sent, given up or dropped stays so', () => {
  const given_: Bare<NotificationEvent> = { type: 'notification.failed', message: 'no' };
  const dropped: Bare<NotificationEvent> = { type: 'notification.dropped', message: 'no' };
  for (const end of [sent, given_, dropped])
    for (const type of ['begin', 'succeed', 'giveUp', 'drop'] as const)
      when([added, begun, end], {
        type,
        until: of.dueAt,
        message: 'x',
      } as Wish<NotificationCommand>).happens();
});
