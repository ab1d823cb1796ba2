import type { Definition } from '@lcm/core/domain/definition-state.ts';
import { subscriptionId } from '@lcm/core/domain/ids.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import type { Occasion, Subscription } from '@lcm/core/domain/subscription.ts';
import { shortHash } from '../ids.ts';
import type { Services } from '../services.ts';
import { definitionTopic, type Happening, sessionTopic } from './happening.ts';
import { hintOf, keepReceiver, type Receiver } from './receivers.ts';

/** Whose subscriptions those are that definitions ask for: no person's. */
export const BY_DEFINITIONS = 'definitions';
/** And those of candidates, who are told of their own session alone. */
const BY_SESSIONS = 'sessions';

const BY = 'control-plane-api';

/**
 * Makes the subscriptions that nobody has to make by hand: what a definition says of whom to notify
 * (`ownerNotification`), and candidates whose session fails. Once each; from then on those of definitions can be
 * muted, put into digests and given a secret as any other.
 */
export async function meetStandingWishes(services: Services, { session, notice }: Happening): Promise<void> {
  if (!session) return;
  await meetDefinition(services, session.definition.definitionId);
  if (notice.occasion === 'session.failed') await meetCandidate(services, session);
}

async function meetDefinition(services: Services, definitionId: string): Promise<void> {
  const stored = await services.store.load<Definition>('definition', definitionId);
  const wish = stored?.state.spec.ownerNotification;
  if (!wish) return;
  const { email, webhookUrl, onStart, onComplete, onError } = wish;
  const occasions: Occasion[] = [
    ...(onStart ? (['session.started'] as const) : []),
    ...(onComplete ? (['session.completed'] as const) : []),
    ...(onError ? (['session.failed'] as const) : []),
  ];
  const terms = { subscriber: BY_DEFINITIONS, topic: definitionTopic(definitionId), occasions };
  if (email) await ensure(services, terms, { type: 'email', address: email });
  if (webhookUrl) await ensure(services, terms, { type: 'webhook', url: webhookUrl });
}

async function meetCandidate(services: Services, { id, candidate }: Session): Promise<void> {
  if (!candidate?.email || !services.outgoing.mail) return;
  if (!(await services.settings.get()).notifications.tellCandidates) return;
  const terms = { subscriber: BY_SESSIONS, topic: sessionTopic(id), occasions: ['session.failed' as const] };
  await ensure(services, terms, { type: 'email', address: candidate.email });
}

async function ensure(
  { store, expiring, commands }: Services,
  terms: Pick<Subscription, 'subscriber' | 'topic' | 'occasions'>,
  to: Receiver,
): Promise<void> {
  const id = subscriptionId.parse(`ns-${shortHash(`${terms.topic}|${to.type}`)}`);
  if (terms.occasions.length === 0 || (await store.load('subscription', id))) return;
  await keepReceiver(expiring, id, to);
  const subscription = { ...terms, id, channel: hintOf(to), digestSeconds: 0, muted: false, confirmed: true };
  await commands.execute('subscription', id, { type: 'subscribe', subscription, by: BY });
}
