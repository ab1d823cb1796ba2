import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import {
  changesStanding,
  type LocalAccount,
  type LocalAccountChange,
  type LocalAccounts,
  type NewLocalAccount,
} from '@lcm/core/spi/local-accounts.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from './demo-accounts.ts';
import { hashPassword, isOutdated, isPassword } from './password-hash.ts';
import { checkPassword, MOST_CHARACTERS } from './password-rules.ts';

/** What accounts are made of. */
export interface EmbeddedAccountsParts {
  /** Should seal its values. */
  store: ExpiringStore;
  random: Random;
  /** Whether the accounts of the demo can sign in. */
  demo: boolean;
}

interface Kept {
  account: LocalAccount;
  password: string;
}

/** The accounts of the embedded identity provider, one record each; those of the demo are in no store. */
export class EmbeddedAccounts implements LocalAccounts {
  readonly #parts: EmbeddedAccountsParts;
  readonly #onRevoked: ((subject: string) => Promise<void>)[] = [];
  #demoPassword: Promise<string> | undefined;

  constructor(parts: EmbeddedAccountsParts) {
    this.#parts = parts;
  }

  /** Whether the accounts of the demo can sign in. */
  get demo(): boolean {
    return this.#parts.demo;
  }

  /** Calls with the subject whose sign-ins and tokens have to end. */
  onRevoked(listener: (subject: string) => Promise<void>): void {
    this.#onRevoked.push(listener);
  }

  async list(): Promise<LocalAccount[]> {
    const kept = await this.#parts.store.findBy<Kept>(COLLECTION, 'all', 'yes');
    const accounts = kept.map(({ value }) => value.account);
    const names = new Set(accounts.map(({ username }) => username));
    return [...this.#demoAccounts().filter(({ username }) => !names.has(username)), ...accounts].sort(
      (one, other) => (one.username < other.username ? -1 : 1),
    );
  }

  /** The account of a subject that may be signed in. */
  async active(subject: string): Promise<LocalAccount | undefined> {
    const demo = this.#demoAccounts().find((one) => one.subject === subject);
    // A name that was taken over by an account of its own is no demo any more.
    if (demo) return (await this.#kept(demo.username)) ? undefined : demo;
    const [found] = await this.#parts.store.findBy<Kept>(COLLECTION, 'subject', subject);
    return found && !found.value.account.disabled ? found.value.account : undefined;
  }

  /** The name of an account as it is kept; undefined where nobody is called so. */
  async nameOf(typed: string): Promise<string | undefined> {
    const username = canonical(typed);
    const known = await this.#kept(username);
    return known || this.#demoAccounts().some((one) => one.username === username) ? username : undefined;
  }

  /**
   * The account with that name and password. It takes the same time whether the name is known or not.
   * @throws Refusal `busy`
   */
  async withPassword(typed: string, password: string): Promise<LocalAccount | undefined> {
    const username = canonical(typed);
    const kept = await this.#kept(username);
    const demo = kept ? undefined : this.#demoAccounts().find((one) => one.username === username);
    const account = kept?.value.account ?? demo;
    // Made for known names as well: it takes its time when it is made first.
    const ofDemo = await this.#hashOfDemo();
    const hash = kept?.value.password ?? ofDemo;
    const matches = await isPassword(password.slice(0, MOST_CHARACTERS + 1), hash);
    if (!account || account.disabled || !matches) return undefined;
    // Hashing takes its time: by now there may be another password, or no way in.
    const now = (await this.#kept(username))?.value;
    if (now?.password !== kept?.value.password || now?.account.disabled) return undefined;
    if (kept && isOutdated(hash)) await this.#write(account, await hashPassword(password), kept.version);
    return account;
  }

  async add(account: NewLocalAccount, password: string): Promise<LocalAccount> {
    const username = canonical(account.username);
    if (!USERNAME.test(username)) {
      const message =
        'must be 1 to 100 letters, digits, dots, dashes, underscores or @, and begin with a letter or digit';
      throw new Refusal('invalid', `the user name ${message}`, {
        fields: [{ pointer: '/username', message }],
      });
    }
    checkPassword(password, username);
    const subject = this.#parts.random.uuid();
    const added = { ...account, username, subject, disabled: false, demo: false };
    if (await this.#write(added, await hashPassword(password), 0)) {
      const demo = this.#demoAccounts().find((one) => one.username === username);
      if (demo) await this.#revoke(demo.subject);
      return added;
    }
    throw new Refusal('conflict', `there is an account ${username} already`, { facts: { username } });
  }

  async change(username: string, change: LocalAccountChange): Promise<LocalAccount> {
    return this.#change(username, changesStanding(change), ({ account, password }) => ({
      account: { ...account, ...change },
      password,
    }));
  }

  async setPassword(username: string, password: string): Promise<LocalAccount> {
    const { account } = (await this.#existing(username)).value;
    checkPassword(password, account.username);
    const hash = await hashPassword(password);
    return this.#change(username, true, ({ account: now }) => ({ account: now, password: hash }));
  }

  /** Ends what the accounts of the demo have signed in to while they were on. */
  async endDemoUnlessOn(): Promise<void> {
    if (!this.demo) for (const { subject } of DEMO_ACCOUNTS) await this.#revoke(subject);
  }

  async #revoke(subject: string): Promise<void> {
    for (const listener of this.#onRevoked) await listener(subject);
  }

  /** @param ends whether all that it has signed in to ends */
  async #change(username: string, ends: boolean, change: (kept: Kept) => Kept): Promise<LocalAccount> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      const kept = await this.#existing(username);
      const { account, password } = change(kept.value);
      if (!(await this.#write(account, password, kept.version))) continue;
      if (ends) await this.#revoke(account.subject);
      return account;
    }
    throw new Refusal('busy', `account ${username} is being changed by somebody else`);
  }

  async #existing(username: string) {
    const kept = await this.#kept(canonical(username));
    if (kept) return kept;
    if (this.#demoAccounts().some((one) => one.username === canonical(username)))
      throw new Refusal(
        'conflict',
        `${username} is an account of the demo: switch those off as a whole instead`,
      );
    throw new Refusal('notFound', `there is no account ${username}`);
  }

  #kept(username: string) {
    return this.#parts.store.get<Kept>(COLLECTION, username);
  }

  #write(account: LocalAccount, password: string, ifVersion: number): Promise<boolean> {
    const index = { all: 'yes', subject: account.subject };
    return this.#parts.store.put(COLLECTION, account.username, { account, password }, { index, ifVersion });
  }

  #demoAccounts(): readonly LocalAccount[] {
    return this.#parts.demo ? DEMO_ACCOUNTS : [];
  }

  /** Also what unknown names are compared with, so that they take as long; random where there is no demo. */
  #hashOfDemo(): Promise<string> {
    this.#demoPassword ??= hashPassword(this.#parts.demo ? DEMO_PASSWORD : this.#parts.random.uuid());
    return this.#demoPassword;
  }
}

const COLLECTION = 'account';
const USERNAME = /^[a-z0-9][a-z0-9._@-]{0,99}$/;
const MOST_ATTEMPTS = 5;

/** Case makes no other person. */
const canonical = (username: string): string => username.trim().toLowerCase();
