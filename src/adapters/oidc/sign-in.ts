import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { LocalAccount, TypedCredentials } from '@lcm/core/spi/local-accounts.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { EmbeddedAccounts } from './accounts/embedded-accounts.ts';
import type { SignInGuard } from './accounts/sign-in-guard.ts';

/** Tells who signs in. */
export type SignIn = (typed: TypedCredentials) => Promise<LocalAccount>;

/**
 * Signs in with name and password, slowed down where somebody guesses: the one door for the page and for
 * `POST /api/auth/login`. A wrong password and a name that does not exist are told apart by nothing.
 * Failures go to the log, as whoever guesses may be seen there. It @throws Refusal `unauthenticated`; `tooManyRequests` with `retryAfterSeconds` in its facts; `busy`
 */
export const signInBy =
  (accounts: EmbeddedAccounts, guard: SignInGuard, log: Log): SignIn =>
  async ({ password, ...attempt }) => {
    try {
      await guard.admit(attempt);
      const account = await accounts.withPassword(attempt.username, password);
      if (!account) throw new Refusal('unauthenticated', 'user name or password is wrong');
      await guard.succeeded(attempt);
      return account;
    } catch (error) {
      const why = error instanceof Refusal ? error.code : 'internal';
      // What nobody is called may be a password, typed into the wrong field.
      const username = await accounts.nameOf(attempt.username);
      log.warn({ ...(username ? { username } : {}), address: attempt.address, why }, 'a sign-in failed');
      throw error;
    }
  };
