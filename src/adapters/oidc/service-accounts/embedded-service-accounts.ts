import { Refusal } from '@lcm/core/domain/refusal.ts';
import { iso } from '@lcm/core/domain/time.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import type {
  FreshSecret,
  NewServiceAccount,
  ServiceAccount,
  ServiceAccountChange,
  ServiceAccounts,
} from '@lcm/core/spi/service-accounts.ts';
import { hashSecret } from '../../secrets/secret-hash.ts';
import { checkName, grantedRoles } from './service-account-rules.ts';

/** What service accounts are made of. */
export interface EmbeddedServiceAccountsParts {
  /** Should seal its values. */
  store: ExpiringStore;
  clock: Clock;
  random: Random;
}

/** An account as the provider knows it: the secret is 256 random bits, so that one quick hash is enough to keep. */
export interface KnownServiceAccount {
  account: ServiceAccount;
  secretHash: string;
}

/** The service accounts of the embedded identity provider, one record each. */
export class EmbeddedServiceAccounts implements ServiceAccounts {
  readonly #parts: EmbeddedServiceAccountsParts;
  readonly #onRevoked: ((name: string) => Promise<void>)[] = [];

  constructor(parts: EmbeddedServiceAccountsParts) {
    this.#parts = parts;
  }

  /** Calls with the name of one whose tokens have to end. */
  onRevoked(listener: (name: string) => Promise<void>): void {
    this.#onRevoked.push(listener);
  }

  async list(): Promise<ServiceAccount[]> {
    const kept = await this.#parts.store.findBy<KnownServiceAccount>(COLLECTION, 'all', 'yes');
    return kept.map(({ value }) => value.account).sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** The account of that name that may have tokens now. */
  async active(name: string): Promise<KnownServiceAccount | undefined> {
    const kept = (await this.#kept(name))?.value;
    return kept === undefined || isRemoved(kept) || kept.account.disabled ? undefined : kept;
  }

  async add({ roles, ...said }: NewServiceAccount): Promise<FreshSecret> {
    checkName(said.name);
    const at = iso(this.#parts.clock.now());
    const account: ServiceAccount = {
      ...said,
      roles: grantedRoles(roles, said.service),
      disabled: false,
      createdAt: at,
      secretAt: at,
    };
    const secret = this.#newSecret();
    if (await this.#write({ account, secretHash: hashSecret(secret) }, 0)) return { account, secret };
    throw new Refusal('conflict', `the name ${said.name} is, or was, another service account’s`, {
      facts: { name: said.name },
    });
  }

  async change(name: string, change: ServiceAccountChange): Promise<ServiceAccount> {
    const ends = Object.keys(change).some((field) => field !== 'note');
    const { account } = await this.#change(name, ends, (kept) => {
      if (change.roles && kept.account.service)
        throw new Refusal('rule', `${name} is the service ${kept.account.service}: it has no other roles`);
      const roles = change.roles ? grantedRoles(change.roles, undefined) : kept.account.roles;
      return { ...kept, account: { ...kept.account, ...change, roles } };
    });
    return account;
  }

  async newSecret(name: string): Promise<FreshSecret> {
    const secret = this.#newSecret();
    const secretAt = iso(this.#parts.clock.now());
    const { account } = await this.#change(name, true, (kept) => ({
      account: { ...kept.account, secretAt },
      secretHash: hashSecret(secret),
    }));
    return { account, secret };
  }

  async remove(name: string): Promise<void> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      const { version } = await this.#existing(name);
      // What it owned is still its own: whoever had the name next would be its heir.
      const removed: Removed = { removed: true };
      if (await this.#parts.store.put(COLLECTION, name, removed, { ifVersion: version }))
        return this.#revoke(name);
    }
    throw busy(name);
  }

  async #change(
    name: string,
    ends: boolean,
    change: (kept: KnownServiceAccount) => KnownServiceAccount,
  ): Promise<KnownServiceAccount> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      const { value, version } = await this.#existing(name);
      const changed = change(value);
      if (!(await this.#write(changed, version))) continue;
      if (ends) await this.#revoke(name);
      return changed;
    }
    throw busy(name);
  }

  async #existing(name: string): Promise<{ value: KnownServiceAccount; version: number }> {
    const kept = await this.#kept(name);
    if (!kept || isRemoved(kept.value)) throw new Refusal('notFound', `there is no service account ${name}`);
    return { value: kept.value, version: kept.version };
  }

  #kept(name: string) {
    return this.#parts.store.get<KnownServiceAccount | Removed>(COLLECTION, name);
  }

  #write(known: KnownServiceAccount, ifVersion: number): Promise<boolean> {
    return this.#parts.store.put(COLLECTION, known.account.name, known, { ifVersion, index: { all: 'yes' } });
  }

  async #revoke(name: string): Promise<void> {
    for (const listener of this.#onRevoked) await listener(name);
  }

  #newSecret(): string {
    return SECRET_PREFIX + this.#parts.random.secret();
  }
}

/** What is left of one that was removed: its name is not given again. */
interface Removed {
  removed: true;
}

const isRemoved = (kept: KnownServiceAccount | Removed): kept is Removed => 'removed' in kept;

const busy = (name: string) =>
  new Refusal('busy', `service account ${name} is being changed by somebody else`);

const COLLECTION = 'service-account';
/** By which scanners for secrets know one. */
const SECRET_PREFIX = 'lcm_client_';
const MOST_ATTEMPTS = 5;
