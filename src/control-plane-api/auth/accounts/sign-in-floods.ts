import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import { addressKey, RateLimiter } from '../../http/rate-limiter.ts';
import type { AnswerAsProvider } from './identity-provider.ts';

/** From one address in a minute: a whole classroom may sit behind it. */
const MOST_A_MINUTE = 600;
/** What of the provider writes down something for whoever asks, known or not: sign-ins and sign-outs that begin. */
const BEGINS = /^\/(auth|session\/end)$/;

/**
 * The provider, with floods of sign-ins held up that are begun and never ended.
 * It @throws Refusal `tooManyRequests`, besides what the provider throws
 */
export function heldUpFloods(clock: Clock, answer: AnswerAsProvider): AnswerAsProvider {
  const limiter = new RateLimiter(clock);
  return async (request, response, at) => {
    const path = (request.url ?? '').slice(at.mountedAt.length).split('?')[0] ?? '';
    if (BEGINS.test(path)) {
      const { allowed, retrySeconds } = limiter.take(addressKey(at.address), MOST_A_MINUTE);
      if (!allowed)
        throw new Refusal(
          'tooManyRequests',
          `too many sign-ins are begun here: come again in ${retrySeconds} seconds`,
          { facts: { retryAfterSeconds: retrySeconds } },
        );
    }
    return answer(request, response, at);
  };
}
