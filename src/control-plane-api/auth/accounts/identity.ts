import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { LocalAccounts, LogInByPassword } from '@lcm/core/spi/local-accounts.ts';
import type { ServiceAccounts } from '@lcm/core/spi/service-accounts.ts';

/** Who vouches for people. */
export interface Identity {
  /** As it stands in its tokens. */
  issuer: () => string;
  /** The accounts of the provider that is built in; absent where another issuer has them. */
  embedded?: EmbeddedIdentity;
}

/** What the provider that is built in can do besides being an issuer. */
export interface EmbeddedIdentity {
  accounts: LocalAccounts;
  serviceAccounts: ServiceAccounts;
  logIn: LogInByPassword;
}

/** @throws Refusal `notFound` that names the issuer which has the accounts */
export function embeddedOf({ issuer, embedded }: Identity): EmbeddedIdentity {
  if (embedded) return embedded;
  throw new Refusal('notFound', `no accounts are kept here: ask ${issuer()} for a token`, {
    facts: { issuer: issuer() },
  });
}
