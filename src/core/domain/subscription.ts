import { z } from 'zod';
import type { Decider } from './decider.ts';
import { subscriptionId } from './ids.ts';
import { Refusal } from './refusal.ts';
import { sameJson } from './same-json.ts';
import { instant, iso } from './time.ts';

/** What one can be told of. */
export const OCCASIONS = [
  'session.ready',
  'session.started',
  'session.completed',
  'session.cancelled',
  'session.missed',
  'session.failed',
  'task.raised',
  'task.assigned',
] as const;
export type Occasion = (typeof OCCASIONS)[number];

/**
 * Where messages go, as anybody may read it: an address with most of its name left out, or the host of a URL. The
 * whole address and the secret that webhooks are signed with are kept elsewhere, sealed.
 */
const channel = z.object({ type: z.enum(['email', 'webhook']), hint: z.string().max(320) });

const wishes = z.object({
  occasions: z.array(z.enum(OCCASIONS)).min(1).max(OCCASIONS.length),
  /** Messages of so many seconds go together; 0 for each at once. */
  digestSeconds: z.number().int().min(0).max(86_400),
  /** Nothing is told while it is set. */
  muted: z.boolean(),
});

/** A wish to be told. */
export const subscription = wishes.extend({
  id: subscriptionId,
  /** Whose it is: the owner key of a person, or nobody's: `definitions` ask for some, `sessions` for others. */
  subscriber: z.string().max(1_000),
  /** The person's name with their issuer: tasks are assigned by it. */
  username: z.string().max(200).optional(),
  /** What it is about: `own:<owner key>`, `department:<name>`, `all`, `definition:<id>`, or `session:<id>`. */
  topic: z.string().max(1_000),
  channel,
  /** UNCONFIRMED: nobody has shown yet that the mailbox is theirs. DISABLED: the receiver wants no more. */
  status: z.enum(['UNCONFIRMED', 'ACTIVE', 'DISABLED', 'DELETED']),
  disabledReason: z.string().max(500).optional(),
  /** The receiver asked to wait until then. */
  pausedUntil: instant.optional(),
  createdAt: instant,
  updatedAt: instant,
});
export type Subscription = z.infer<typeof subscription>;

export const subscriptionChange = wishes.partial().strict();
export type SubscriptionChange = z.infer<typeof subscriptionChange>;
/** What did change: a field that is not there stays as it was. */
type Changed = { [Field in keyof SubscriptionChange]?: Exclude<SubscriptionChange[Field], undefined> };

type Asked = Omit<Subscription, 'status' | 'disabledReason' | 'pausedUntil' | 'createdAt' | 'updatedAt'> & {
  confirmed: boolean;
};

export type SubscriptionCommand = { by: string } & (
  | { type: 'subscribe'; subscription: Asked }
  | { type: 'confirm' }
  | { type: 'change'; changes: SubscriptionChange }
  | { type: 'pause'; until: string }
  | { type: 'disable'; why: string }
  | { type: 'enable' }
  | { type: 'unsubscribe' }
);
export type SubscriptionEvent = { at: string; by: string } & (
  | { type: 'subscription.created'; subscription: Asked }
  | { type: 'subscription.confirmed' }
  | { type: 'subscription.changed'; changes: Changed }
  | { type: 'subscription.paused'; until: string }
  | { type: 'subscription.disabled'; why: string }
  | { type: 'subscription.enabled' }
  | { type: 'subscription.deleted' }
);

export const subscriptionDecider: Decider<Subscription, SubscriptionCommand, SubscriptionEvent> = {
  decide: (state, command, now) => {
    const happened = { at: iso(now), by: command.by };
    if (command.type === 'subscribe')
      return state ? [] : [{ type: 'subscription.created', subscription: command.subscription, ...happened }];
    if (!state || state.status === 'DELETED') throw new Refusal('notFound', 'there is no such subscription');
    switch (command.type) {
      case 'confirm':
        return state.status === 'UNCONFIRMED' ? [{ type: 'subscription.confirmed', ...happened }] : [];
      case 'change': {
        const before: Record<string, unknown> = { ...state };
        const changed = Object.entries(command.changes).filter(
          ([name, value]) => value !== undefined && !sameJson(value, before[name]),
        );
        if (changed.length === 0) return [];
        return [{ type: 'subscription.changed', changes: Object.fromEntries(changed), ...happened }];
      }
      case 'pause':
        if ((state.pausedUntil ?? '') >= command.until) return [];
        return [{ type: 'subscription.paused', until: command.until, ...happened }];
      case 'disable':
        if (state.status === 'DISABLED') return [];
        return [{ type: 'subscription.disabled', why: command.why.slice(0, 500), ...happened }];
      case 'enable':
        if (state.status === 'UNCONFIRMED')
          throw new Refusal('conflict', `subscription ${state.id} has to be confirmed first`);
        return state.status === 'DISABLED' ? [{ type: 'subscription.enabled', ...happened }] : [];
      case 'unsubscribe':
        return [{ type: 'subscription.deleted', ...happened }];
    }
  },
  evolve: (state, event) => {
    if (event.type === 'subscription.created') {
      const { confirmed, ...asked } = event.subscription;
      const status = confirmed ? 'ACTIVE' : 'UNCONFIRMED';
      return { ...asked, status, createdAt: event.at, updatedAt: event.at };
    }
    if (!state) throw new Error(`${event.type} happened to a subscription that was never made`);
    const after = { ...state, updatedAt: event.at };
    switch (event.type) {
      case 'subscription.changed':
        return { ...after, ...event.changes };
      case 'subscription.paused':
        return { ...after, pausedUntil: event.until };
      case 'subscription.disabled':
        return { ...after, status: 'DISABLED', disabledReason: event.why };
      case 'subscription.confirmed':
      case 'subscription.enabled': {
        const { disabledReason: _reason, pausedUntil: _until, ...rest } = after;
        return { ...rest, status: 'ACTIVE' };
      }
      case 'subscription.deleted':
        return { ...after, status: 'DELETED' };
    }
  },
};
