import { notificationId } from '@lcm/core/domain/ids.ts';
import type { Notice } from '@lcm/core/domain/notification.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Subscription } from '@lcm/core/domain/subscription.ts';
import { iso, ms } from '@lcm/core/domain/time.ts';
import type { ListQuery, LoggedEvent } from '@lcm/core/spi/state-store.ts';
import { shortHash } from '../ids.ts';
import type { Services } from '../services.ts';
import { GIVE_UP_MS } from './attempt.ts';
import { type Happening, happeningOf, ownTopic } from './happening.ts';
import { mayHearStill } from './reach.ts';
import { meetStandingWishes } from './standing-wishes.ts';

const BY = 'control-plane-api';

/** Tells of each of these events. What is refused now is refused again: only what cannot be reached is tried anew. */
export async function tellAll(services: Services, events: readonly LoggedEvent[]): Promise<void> {
  for (const event of events) {
    try {
      await tell(services, event);
    } catch (refusal) {
      if (!(refusal instanceof Refusal) || refusal.code === 'unavailable' || refusal.code === 'busy')
        throw refusal;
      services.log.warn({ err: refusal, event: event.type, id: event.id }, 'nobody was told of an event');
    }
  }
}

/**
 * Turns an event of the log into messages to be sent, as intents: each subscription that wants it has one. May run
 * twice; the same event makes the same messages.
 */
async function tell(services: Services, event: LoggedEvent): Promise<void> {
  // Nobody wants yesterday's news, which a log that is read for the first time is full of.
  if (ms(event.at) < services.clock.now() - GIVE_UP_MS) return;
  const happening = await happeningOf(services, event);
  if (!happening) return;
  const { notice, except } = happening;
  await meetStandingWishes(services, happening);
  for (const subscription of await subscribersOf(services, happening))
    if (
      subscription.id !== except &&
      wants(subscription, notice) &&
      (await mayHearStill(services, subscription))
    )
      await intend(services, subscription, notice);
}

const wants = ({ status, muted, occasions }: Subscription, { occasion }: Notice) =>
  status === 'ACTIVE' && !muted && occasions.includes(occasion);

async function subscribersOf(
  services: Services,
  { topics, username }: Happening,
): Promise<readonly Subscription[]> {
  const [byTopic, byName] = await Promise.all([
    topics.length > 0 ? all(services, { topic: [...topics] }) : [],
    username === undefined ? [] : all(services, { username }),
  ]);
  return [...byTopic, ...byName.filter(({ topic, subscriber }) => topic === ownTopic(subscriber))];
}

async function all(services: Services, where: ListQuery['where']): Promise<Subscription[]> {
  const found: Subscription[] = [];
  let cursor: string | undefined;
  do {
    const page = await services.store.list<Subscription>('subscription', {
      ...(where ? { where } : {}),
      limit: 1_000,
      cursor,
    });
    found.push(...page.items.map(({ state }) => state));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}

/** In the message of its window; in one of its own where that has gone out by now. */
async function intend(services: Services, subscription: Subscription, notice: Notice): Promise<void> {
  const { id, digestSeconds } = subscription;
  const windowMs = digestSeconds * 1_000;
  const at = ms(notice.at);
  const alone = () => add(services, id, `${id}|${notice.id}`, notice, at);
  if (windowMs === 0) return alone();
  const window = Math.floor(at / windowMs);
  try {
    await add(services, id, `${id}|${digestSeconds}|${window}`, notice, (window + 1) * windowMs);
  } catch (refusal) {
    if (!(refusal instanceof Refusal) || refusal.code !== 'conflict') throw refusal;
    await alone();
  }
}

async function add(
  services: Services,
  subscriptionId: Subscription['id'],
  key: string,
  notice: Notice,
  dueAt: number,
) {
  const id = notificationId.parse(`n-${shortHash(key)}`);
  const message = { id, subscriptionId, notice, dueAt: iso(dueAt), by: BY };
  await services.commands.execute('notification', id, { type: 'tell', ...message });
}
