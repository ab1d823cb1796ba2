import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import type { LoggedEvent } from '@lcm/core/spi/state-store.ts';
import { quotaOf } from '../commands/book-session.ts';
import { applyWaiting } from '../commands/inbound-events.ts';
import type { Services } from '../services.ts';

/**
 * What the control plane itself does when something happened to a session: events that came too early are
 * applied, and the owner's quota is given back at the end. Each may run twice.
 */
export async function reactToSession(services: Services, event: LoggedEvent): Promise<void> {
  if (event.type === 'session.ready' || event.type === 'session.running')
    await applyWaiting(services, event.id);
  if (['session.archived', 'session.expired', 'session.terminated'].includes(event.type))
    await giveQuotaBack(services, event.id);
}

async function giveQuotaBack(services: Services, sessionId: string): Promise<void> {
  const session = await services.store.load<Session>('session', sessionId);
  if (!session) return;
  try {
    await services.commands.execute('allowance', quotaOf(session.state.ownerKey), {
      type: 'giveBack',
      holder: sessionId,
      by: 'control-plane-api',
    });
  } catch (refusal) {
    // No quota was ever set for this owner: there is nothing to give back.
    if (!(refusal instanceof Refusal) || refusal.code !== 'notFound') throw refusal;
  }
}
