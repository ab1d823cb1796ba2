import type { ServiceName } from '@lcm/core/api/services.ts';
import type { ServiceAccount, ServiceAccounts } from '@lcm/core/spi/service-accounts.ts';
import type { Api } from '../api.ts';
import { type AccountPlace, whereAccountsAre } from './account-book.ts';

/** What an integrator can be given; who sends events has a role of its own. */
export const MACHINES = ['admin', 'manager', 'lab-author', 'user', 'candidate', 'event-source'] as const;

/** What is said of a new one: roles, or the service that it is. */
export interface NewMachine {
  name: string;
  roles?: (typeof MACHINES)[number][];
  service?: ServiceName;
  department?: string;
  groups: string[];
  note?: string;
}

/** What is shown of one. */
export type ListedMachine = Pick<
  ServiceAccount,
  'name' | 'service' | 'department' | 'note' | 'disabled' | 'secretAt'
> & { roles: readonly string[] };

/** The service accounts that an installation keeps, as the command line works on them. */
export interface ServiceAccountBook {
  list(): Promise<readonly ListedMachine[]>;
  /** Its secret. */
  add(machine: NewMachine): Promise<string>;
  /** The secret that holds from now on. */
  newSecret(name: string): Promise<string>;
  setDisabled(name: string, disabled: boolean): Promise<unknown>;
  remove(name: string): Promise<unknown>;
}

/** Works on the service accounts of the data folder while nothing runs on it; otherwise through the API. */
export const withServiceAccountBook = <T>(
  place: AccountPlace,
  work: (book: ServiceAccountBook) => Promise<T>,
): Promise<T> =>
  whereAccountsAre(place, {
    inFolder: ({ serviceAccounts }) => work(bookOfFolder(serviceAccounts)),
    overApi: (api) => work(bookOfApi(api)),
  });

const bookOfFolder = (accounts: ServiceAccounts): ServiceAccountBook => ({
  list: () => accounts.list(),
  add: async ({ roles = [], ...machine }) => (await accounts.add({ ...machine, roles })).secret,
  newSecret: async (name) => (await accounts.newSecret(name)).secret,
  setDisabled: (name, disabled) => accounts.change(name, { disabled }),
  remove: (name) => accounts.remove(name),
});

const bookOfApi = ({ serviceAccounts }: Api): ServiceAccountBook => ({
  list: async () => (await serviceAccounts.list({})).items as ListedMachine[],
  add: async (body) => (await serviceAccounts.add({ body })).secret,
  newSecret: async (id) => (await serviceAccounts.newSecret({ params: { id } })).secret,
  setDisabled: (id, disabled) => serviceAccounts.change({ params: { id }, body: { disabled } }),
  remove: (id) => serviceAccounts.remove({ params: { id } }),
});
