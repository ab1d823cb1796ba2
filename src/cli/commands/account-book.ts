import type { LocalAccount, LocalAccounts } from '@lcm/core/spi/local-accounts.ts';
import type { Command } from 'commander';
import { type Api, apiAt } from '../api.ts';
import type { KeptIdentity } from '../compose/kept-accounts.ts';
import { readConfig } from '../config.ts';

/** What people can be. */
export const PEOPLE = ['admin', 'manager', 'lab-author', 'user', 'candidate'] as const;

/** What is said of a new account. */
export interface NewAccount {
  username: string;
  roles: (typeof PEOPLE)[number][];
  department?: string;
  groups: string[];
  email?: string;
}

/** What is shown of an account. */
export type ListedAccount = Pick<LocalAccount, 'username' | 'roles' | 'department' | 'disabled' | 'demo'>;

/** The accounts that an installation keeps, as the command line works on them. */
export interface AccountBook {
  list(): Promise<readonly ListedAccount[]>;
  add(account: NewAccount, password: string): Promise<unknown>;
  setPassword(username: string, password: string): Promise<unknown>;
  setDisabled(username: string, disabled: boolean): Promise<unknown>;
}

/** Where the accounts are: a URL that was given, or one that stands in for the data folder. */
export interface AccountPlace {
  url: string;
  given: boolean;
}

/** Where a command is to look for accounts, by its option. */
export function placeIn(command: Command): AccountPlace {
  const { url } = command.opts<{ url: string }>();
  return { url, given: command.getOptionValueSource('url') !== 'default' };
}

/** The same work, on whichever place the accounts turn out to be in. */
export interface WorkOnAccounts<T> {
  inFolder(kept: KeptIdentity): Promise<T>;
  overApi(api: Api): Promise<T>;
  /** Whether a data folder is made where there is none, and nothing runs: somebody has to be the first. */
  begin?: boolean;
}

/**
 * Works on the accounts of the data folder while nothing runs on it; otherwise, and wherever a URL was given, through
 * the API.
 */
export async function whereAccountsAre<T>({ url, given }: AccountPlace, work: WorkOnAccounts<T>): Promise<T> {
  const overApi = () => work.overApi(apiAt(url));
  if (given) return overApi();
  // Opening a database is for those who need it: other commands should be quick.
  const { hasKeptAccounts, withKeptAccounts } = await import('../compose/kept-accounts.ts');
  const config = readConfig(process.env);
  if (!hasKeptAccounts(config) && !(work.begin && (await isSilent(url)))) return overApi();
  const done = await withKeptAccounts(config, process.env, async (kept) => ({
    done: await work.inFolder(kept),
  }));
  return done === 'runs' ? overApi() : done.done;
}

/** Works on the accounts of people. @param begin as above */
export const withAccountBook = <T>(
  place: AccountPlace,
  work: (book: AccountBook) => Promise<T>,
  begin = false,
): Promise<T> =>
  whereAccountsAre(place, {
    begin,
    inFolder: ({ accounts }) => work(bookOfFolder(accounts)),
    overApi: (api) => work(bookOfApi(api)),
  });

/** Whether nothing listens there. */
async function isSilent(url: string): Promise<boolean> {
  try {
    await fetch(new URL('/health', url));
    return false;
  } catch {
    // Whatever the reason, nobody there could take an account.
    return true;
  }
}

const bookOfFolder = (accounts: LocalAccounts): AccountBook => ({
  list: () => accounts.list(),
  add: (account, password) => accounts.add(account, password),
  setPassword: (username, password) => accounts.setPassword(username, password),
  setDisabled: (username, disabled) => accounts.change(username, { disabled }),
});

const bookOfApi = ({ accounts }: Api): AccountBook => ({
  list: async () => (await accounts.list({})).items as ListedAccount[],
  add: (account, password) => accounts.add({ body: { ...account, password } }),
  setPassword: (username, password) => accounts.setPassword({ params: { username }, body: { password } }),
  setDisabled: (username, disabled) => accounts.change({ params: { username }, body: { disabled } }),
});
