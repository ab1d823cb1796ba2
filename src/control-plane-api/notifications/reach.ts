import type { Subscription } from '@lcm/core/domain/subscription.ts';
import type { Standing } from '../auth/known-people.ts';
import type { Services } from '../services.ts';
import { ALL_TOPIC, departmentTopic } from './happening.ts';

/**
 * Whether whoever subscribed may be told still. People change departments and roles, and leave: what they were when
 * they subscribed says nothing of what they may hear today.
 */
export async function mayHearStill(
  { standingOf }: Pick<Services, 'standingOf'>,
  { subscriber, topic }: Pick<Subscription, 'subscriber' | 'topic'>,
): Promise<boolean> {
  const at = subscriber.indexOf('|');
  // What definitions and sessions ask for is nobody's.
  if (at < 0) return true;
  const [issuer, subject] = [subscriber.slice(0, at), subscriber.slice(at + 1)];
  const standing = await standingOf?.({ issuer, subject });
  if (standing === 'gone') return false;
  return standing === undefined || isWithin(topic, standing);
}

function isWithin(topic: string, { roles, department }: Standing): boolean {
  if (topic === ALL_TOPIC) return roles.includes('admin');
  if (!topic.startsWith(departmentTopic(''))) return true;
  const isOver = roles.includes('admin') || roles.includes('manager');
  return isOver && department !== undefined && topic === departmentTopic(department);
}
