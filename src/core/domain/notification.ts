import { z } from 'zod';
import type { Decider } from './decider.ts';
import { notificationId, subscriptionId } from './ids.ts';
import { Refusal } from './refusal.ts';
import { OCCASIONS } from './subscription.ts';
import { instant, iso } from './time.ts';

/** More than this in one window go into messages of their own. */
const MOST_ITEMS = 500;

/** One thing that happened, as it is told: nothing that not every member of staff may see. */
export const notice = z.object({
  /** `<aggregate>:<seq>` of the domain event. */
  id: z.string().max(300),
  occasion: z.enum(OCCASIONS),
  at: instant,
  about: z.object({ kind: z.string(), id: z.string() }),
  title: z.string().max(300),
  facts: z.record(z.string(), z.string()),
});
export type Notice = z.infer<typeof notice>;

/** One message to one receiver: an intent until it is sent. */
export const notification = z.object({
  id: notificationId,
  subscriptionId,
  /** Oldest first; several in a digest. */
  notices: z.array(notice).min(1).max(MOST_ITEMS),
  /** FAILED: given up. DROPPED: nobody wants it any more. */
  status: z.enum(['PENDING', 'SENT', 'FAILED', 'DROPPED']),
  attempts: z.number().int().min(0),
  firstDueAt: instant,
  /** When it is tried next. */
  dueAt: instant,
  lastError: z.string().max(500).optional(),
  createdAt: instant,
  updatedAt: instant,
});
export type Notification = z.infer<typeof notification>;

export type NotificationCommand = { by: string } & (
  | ({ type: 'tell'; notice: Notice } & Pick<Notification, 'id' | 'subscriptionId' | 'dueAt'>)
  /** Takes it up; tried again at `until` where nothing is heard of it. */
  | { type: 'begin'; until: string }
  | { type: 'succeed' }
  | { type: 'postpone'; until: string; message?: string | undefined; counted: boolean }
  | { type: 'giveUp'; message: string }
  | { type: 'drop'; message: string }
);
export type NotificationEvent = { at: string; by: string } & (
  | ({ type: 'notification.added'; notice: Notice } & Pick<Notification, 'id' | 'subscriptionId' | 'dueAt'>)
  | { type: 'notification.begun'; until: string }
  | { type: 'notification.sent' }
  | { type: 'notification.postponed'; until: string; message?: string | undefined; counted: boolean }
  | { type: 'notification.failed'; message: string }
  | { type: 'notification.dropped'; message: string }
);

export const notificationDecider: Decider<Notification, NotificationCommand, NotificationEvent> = {
  decide: (state, command, now) => {
    const happened = { at: iso(now), by: command.by };
    if (command.type === 'tell') {
      const { id, subscriptionId, notice, dueAt } = command;
      if (state?.notices.some((one) => one.id === notice.id)) return [];
      if (state && (state.status !== 'PENDING' || state.attempts > 0 || state.notices.length >= MOST_ITEMS))
        throw new Refusal('conflict', `message ${id} has gone out`);
      return [{ type: 'notification.added', id, subscriptionId, notice, dueAt, ...happened }];
    }
    if (!state) throw new Refusal('notFound', 'there is no such message');
    if (state.status !== 'PENDING') return [];
    switch (command.type) {
      case 'begin':
        return [{ type: 'notification.begun', until: command.until, ...happened }];
      case 'succeed':
        return [{ type: 'notification.sent', ...happened }];
      case 'postpone': {
        const { until, message, counted } = command;
        return [{ type: 'notification.postponed', until, message, counted, ...happened }];
      }
      case 'giveUp':
        return [{ type: 'notification.failed', message: command.message, ...happened }];
      case 'drop':
        return [{ type: 'notification.dropped', message: command.message, ...happened }];
    }
  },
  evolve: (state, event) => {
    if (event.type === 'notification.added') {
      const { id, subscriptionId, notice, dueAt, at } = event;
      if (state) return { ...state, notices: [...state.notices, notice], updatedAt: at };
      const begun = { status: 'PENDING' as const, attempts: 0, firstDueAt: dueAt, dueAt };
      return { id, subscriptionId, notices: [notice], ...begun, createdAt: at, updatedAt: at };
    }
    if (!state) throw new Error(`${event.type} happened to a message that was never thought of`);
    const after = { ...state, updatedAt: event.at };
    switch (event.type) {
      case 'notification.begun':
        return { ...after, attempts: state.attempts + 1, dueAt: event.until };
      case 'notification.sent':
        return { ...after, status: 'SENT' };
      case 'notification.postponed': {
        const attempts = event.counted ? state.attempts : Math.max(0, state.attempts - 1);
        return { ...after, ...errorOf(event.message), attempts, dueAt: event.until };
      }
      case 'notification.failed':
        return { ...after, ...errorOf(event.message), status: 'FAILED' };
      case 'notification.dropped':
        return { ...after, ...errorOf(event.message), status: 'DROPPED' };
    }
  },
};

const errorOf = (message: string | undefined) =>
  message === undefined ? {} : { lastError: message.slice(0, 500) };
