import type { Definition } from '@lcm/core/domain/definition-state.ts';
import { subscriptionId } from '@lcm/core/domain/ids.ts';
import type { Occasion } from '@lcm/core/domain/subscription.ts';
import { shortHash } from '../ids.ts';
import type { Services } from '../services.ts';
import { definitionTopic } from './happening.ts';
import { hintOf, keepReceiver, type Receiver } from './receivers.ts';

/** Whose subscriptions those are that definitions ask for: no person's. */
export const BY_DEFINITIONS = 'definitions';

/**
 * Makes subscriptions of what a definition says of whom to notify (`ownerNotification`), once; from then on they
 * can be muted, put into digests and given a secret as any other.
 */
export async function subscribeForDefinition(
  services: Services,
  definitionId: string,
  by: string,
): Promise<void> {
  const stored = await services.store.load<Definition>('definition', definitionId);
  const wish = stored?.state.spec.ownerNotification;
  if (!wish) return;
  const { email, webhookUrl, onStart, onComplete, onError } = wish;
  const occasions: Occasion[] = [
    ...(onStart ? (['session.started'] as const) : []),
    ...(onComplete ? (['session.completed'] as const) : []),
    ...(onError ? (['session.failed'] as const) : []),
  ];
  if (occasions.length === 0) return;
  const receivers: Receiver[] = [
    ...(email ? [{ type: 'email' as const, address: email }] : []),
    ...(webhookUrl ? [{ type: 'webhook' as const, url: webhookUrl }] : []),
  ];
  for (const to of receivers) {
    const id = subscriptionId.parse(`ns-${shortHash(`${definitionId}|${to.type}`)}`);
    if (await services.store.load('subscription', id)) continue;
    await keepReceiver(services.expiring, id, to);
    const subscription = {
      id,
      subscriber: BY_DEFINITIONS,
      topic: definitionTopic(definitionId),
      occasions,
      channel: hintOf(to),
      digestSeconds: 0,
      muted: false,
      confirmed: true,
    };
    await services.commands.execute('subscription', id, { type: 'subscribe', subscription, by });
  }
}
