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

/** The accounts of the identity provider that is built in. */
export interface LocalAccounts {
  /** By name; those of the demo as well where they are on. */
  list(): Promise<LocalAccount[]>;
  /** @throws Refusal `conflict` where the name is taken, `rule` for a password that is too easy to guess */
  add(account: NewLocalAccount, password: string): Promise<LocalAccount>;
  /**
   * Gives another password, and ends whatever was signed in with the one before.
   * @throws Refusal `notFound`, `rule`; `conflict` for an account of the demo
   */
  setPassword(username: string, password: string): Promise<LocalAccount>;
  /** A disabled account cannot sign in, and all that it has signed in to ends. @throws Refusal `notFound`, `conflict` */
  setDisabled(username: string, disabled: boolean): Promise<LocalAccount>;
}
