import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey, type LocalJWKSet } from 'jose';

/** Where the keys of an issuer come from, and how long they are good. */
export interface IssuerKeysOptions {
  /** Asks the issuer for its keys as they are now. */
  load: () => Promise<JSONWebKeySet>;
  clock: Clock;
  log: Log;
}

/** Milliseconds after which keys are asked for again, beside the requests. */
const FRESH_MS = 10 * 60_000;
/** Milliseconds between two questions at least: tokens with made-up keys must not turn into a storm at the issuer. */
const COOLDOWN_MS = 30_000;
/** Milliseconds that keys are good for while the issuer cannot be asked. */
const STALE_MS = 24 * 3_600_000;

/**
 * The keys of an issuer, kept. A token with a key that is not among them has them asked for again (it may have been
 * rotated), all such tokens together once per 30 seconds; an issuer that does not answer leaves those known in force
 * for a day.
 * @throws Refusal `unavailable` where no keys are known and the issuer does not answer
 */
export function issuerKeys({ load, clock, log }: IssuerKeysOptions): JWTVerifyGetKey {
  let known: { keys: LocalJWKSet; at: number } | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;

  const ask = (): Promise<void> => {
    asking ??= (async () => {
      askedAt = clock.monotonic();
      try {
        known = { keys: createLocalJWKSet(await load()), at: clock.monotonic() };
      } catch (error) {
        log.warn({ err: error }, 'the keys of the token issuer cannot be read; those known go on');
      } finally {
        asking = undefined;
      }
    })();
    return asking;
  };
  /** Waits for keys that are on their way; asks for them where it is time to. */
  const askAgain = async (): Promise<void> => {
    if (asking || clock.monotonic() - askedAt >= COOLDOWN_MS) await ask();
  };
  const keysInForce = (): LocalJWKSet | undefined =>
    known && clock.monotonic() - known.at < STALE_MS ? known.keys : undefined;

  return async (header, token) => {
    if (!keysInForce()) await askAgain();
    else if (known && clock.monotonic() - known.at >= FRESH_MS) void askAgain();
    const keys = keysInForce();
    if (!keys) throw new Refusal('unavailable', 'the keys of the token issuer are not known at the moment');
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await askAgain();
      const renewed = keysInForce();
      if (!renewed || renewed === keys) throw error;
      return renewed(header, token);
    }
  };
}
