import type { Clock } from '@lcm/core/spi/clock.ts';
import type { ExpiringStore } from '@lcm/core/spi/expiring-store.ts';
import type { ServiceAccount } from '@lcm/core/spi/service-accounts.ts';
import type { AdapterPayload } from 'oidc-provider';
import { ProviderRecords } from '../provider-records.ts';
import type { EmbeddedServiceAccounts } from './embedded-service-accounts.ts';

/** Service accounts as clients, looked up each time: one that was disabled a moment ago is known no more. */
export class ServiceClients extends ProviderRecords {
  readonly #accounts: EmbeddedServiceAccounts;

  constructor(accounts: EmbeddedServiceAccounts, store: ExpiringStore, clock: Clock) {
    super('Client', store, clock);
    this.#accounts = accounts;
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    const known = await this.#accounts.active(id);
    return (
      known && {
        client_id: id,
        client_name: id,
        client_secret: known.secretHash,
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
      }
    );
  }
}

/** What the tokens of a service account say of it. */
export const serviceClaims = ({
  name,
  roles,
  service,
  department,
  groups,
}: ServiceAccount): Record<string, unknown> => ({
  // As Keycloak names them: no person is called so.
  username: `service-account-${name}`,
  user_id: name,
  roles,
  ...(service ? { service } : {}),
  ...(department ? { department } : {}),
  groups,
});
