import type { Endpoint } from '@lcm/core/api/endpoint.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';

/**
 * What the work gives, if it does within the operation's time. What takes longer goes on all the same, since what it
 * has begun is to be finished; only nobody waits for it any more.
 * @throws Refusal `unavailable` when the time is over
 */
export async function withinTime<Answer>(
  clock: Pick<Clock, 'after'>,
  { seconds, method, path }: Pick<Endpoint, 'seconds' | 'method' | 'path'>,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const { promise: over, reject } = Promise.withResolvers<never>();
  const cancel = clock.after(seconds * 1000, () =>
    reject(new Refusal('unavailable', `${method} ${path} has not been done in ${seconds} seconds`)),
  );
  try {
    return await Promise.race([work(), over]);
  } finally {
    cancel();
  }
}
