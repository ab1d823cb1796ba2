import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';

/** How often a call is made again, and after how long, milliseconds. */
const ATTEMPTS = 30;
const PAUSE_MS = 1_000;
/** No two calls of one run have the same key. */
let keys = 0;

/**
 * A client that does what a good client does where the server is busy or cannot be reached: it asks again, the
 * same under the same Idempotency-Key, since nobody knows whether the first time had its effect.
 */
export function patient<T extends object>(client: T, clock: Clock): T {
  const asking = <A extends object>(part: A): A =>
    new Proxy(part, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member === 'object' && member !== null) return asking(member);
        if (typeof member !== 'function') return member;
        return async (input: { headers?: object } = {}) => {
          const headers = { 'idempotency-key': `patient-${++keys}`, ...input.headers };
          for (let attempt = 1; ; attempt++) {
            try {
              return await Reflect.apply(member, target, [{ ...input, headers }]);
            } catch (error) {
              const again =
                error instanceof Refusal && (error.code === 'unavailable' || error.code === 'busy');
              if (!again || attempt === ATTEMPTS) throw error;
              await clock.sleep(PAUSE_MS);
            }
          }
        };
      },
    });
  return asking(client);
}
