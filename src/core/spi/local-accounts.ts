import type { Role } from '../api/endpoint.ts';

/** Somebody who signs in with a password that this installation keeps. Never with the password, nor its hash. */
export interface LocalAccount {
  /** Stays the same for as long as the account is; never given to another. */
  subject: string;
  username: string;
  roles: readonly Role[];
  department?: string | undefined;
  groups: readonly string[];
  email?: string | undefined;
  givenName?: string | undefined;
  familyName?: string | undefined;
  disabled: boolean;
  /** Comes with the product, with a password that everybody knows; there on loopback or when asked for. */
  demo: boolean;
}

/** What is said of a new account. */
export type NewLocalAccount = Omit<LocalAccount, 'subject' | 'disabled' | 'demo'>;

/** What may become otherwise. */
export type LocalAccountChange = Partial<Omit<LocalAccount, 'subject' | 'username' | 'demo'>>;

/** Whether one may do, or see, other things by it than before. */
export const changesStanding = (change: LocalAccountChange): boolean =>
  [change.disabled, change.roles, change.department, change.groups].some((one) => one !== undefined);

/** The accounts of the identity provider that is built in. */
export interface LocalAccounts {
  /** By name; those of the demo as well where they are on. */
  list(): Promise<LocalAccount[]>;
  /** @throws Refusal `conflict` where the name is taken, `rule` for a password that is too easy to guess */
  add(account: NewLocalAccount, password: string): Promise<LocalAccount>;
  /**
   * Where one may do or see other things by it than before, all that it has signed in to ends.
   * @throws Refusal `notFound`; `conflict` for an account of the demo
   */
  change(username: string, change: LocalAccountChange): Promise<LocalAccount>;
  /**
   * Gives another password, and ends whatever was signed in to with the one before.
   * @throws Refusal `notFound`, `rule`; `conflict` for an account of the demo
   */
  setPassword(username: string, password: string): Promise<LocalAccount>;
}

/** A token, as a login by password gives it. */
export interface IssuedToken {
  accessToken: string;
  expiresInSeconds: number;
}

/** What somebody types, and from where. */
export interface TypedCredentials {
  username: string;
  password: string;
  /** IP address, as far as trusted proxies tell; attempts without one count together. */
  address?: string | undefined;
}

/**
 * Gives a bearer token for name and password, slowed down where somebody guesses.
 * It @throws Refusal `unauthenticated`, with nothing that tells a wrong password from an unknown name;
 * `tooManyRequests` with `retryAfterSeconds` in its facts; `busy`
 */
export type LogInByPassword = (typed: TypedCredentials) => Promise<IssuedToken>;
