import type { Role } from '../api/endpoint.ts';
import type { ServiceName } from '../api/services.ts';

/** A machine that proves itself by a secret that this installation knows. Never with the secret, nor its hash. */
export interface ServiceAccount {
  /** Its client id, and the subject of its tokens; never given to another. */
  name: string;
  /** What people can do, for integrators; `event-source` alone; or `controller` alone, with `service`. */
  roles: readonly Role[];
  /** The one service of the system that it is. */
  service?: ServiceName | undefined;
  department?: string | undefined;
  groups: readonly string[];
  /** What it is for, and whom to ask. */
  note?: string | undefined;
  disabled: boolean;
  /** ISO 8601. */
  createdAt: string;
  /** When its secret was made; ISO 8601. */
  secretAt: string;
}

/** What is said of a new one: roles, or the service that it is. */
export type NewServiceAccount = Omit<ServiceAccount, 'disabled' | 'createdAt' | 'secretAt'>;

/** What may become otherwise. */
export type ServiceAccountChange = Partial<
  Pick<ServiceAccount, 'roles' | 'department' | 'groups' | 'note' | 'disabled'>
>;

/** A service account with its secret, which is told this once. */
export interface FreshSecret {
  account: ServiceAccount;
  secret: string;
}

/** The service accounts of the identity provider that is built in. */
export interface ServiceAccounts {
  /** By name. */
  list(): Promise<ServiceAccount[]>;
  /** @throws Refusal `conflict` where the name is or was taken; `invalid`, `rule` for what does not go together */
  add(account: NewServiceAccount): Promise<FreshSecret>;
  /**
   * Where that takes something away (it is disabled, its roles, department or groups are others), its tokens end.
   * @throws Refusal `notFound`, `rule`, `busy`
   */
  change(name: string, change: ServiceAccountChange): Promise<ServiceAccount>;
  /** Gives another secret; the one before, and its tokens, are good for nothing from then on. @throws Refusal `notFound`, `busy` */
  newSecret(name: string): Promise<FreshSecret>;
  /** Forgets it, but for its name; its tokens end. @throws Refusal `notFound`, `busy` */
  remove(name: string): Promise<void>;
}
