import { taskId } from '@lcm/core/domain/ids.ts';
import type { Subscription } from '@lcm/core/domain/subscription.ts';
import { iso } from '@lcm/core/domain/time.ts';
import type { Services } from '../services.ts';

const BY = 'control-plane-api';

/** Asks a person to look at a subscription whose messages do not arrive; once a day. */
export async function raiseDeadLetter(
  services: Services,
  { id: subscription, channel }: Subscription,
  why: string,
): Promise<void> {
  const day = iso(services.clock.now()).slice(0, 10);
  const id = taskId.parse(`task-${subscription}-${day}`);
  const raise = {
    id,
    title: `Messages to ${channel.hint} do not arrive`.slice(0, 200),
    description: `They are given up: ${why}. Put the ${channel.type} subscription right, or delete it.`,
    priority: 'normal' as const,
    about: { kind: 'subscription', id: subscription },
  };
  await services.commands.execute('task', id, { type: 'raise', ...raise, department: undefined, by: BY });
}
