import {
  newServiceSecret,
  type ServiceAccount,
  serviceSecrets,
} from '@lcm/control-plane-api/auth/bearer/service-secrets.ts';
import type { AuthenticationWay } from '@lcm/control-plane-api/auth/caller.ts';
import { SERVICES, type ServiceName } from '@lcm/core/api/services.ts';
import type { Random } from '@lcm/core/spi/random.ts';

/** Who calls the control plane from inside the embedded system, and from the simulated world. */
type Account = ServiceName | 'simulator' | 'seed';

/** The embedded system's own accounts: made for one run, known to nobody outside. */
export interface RunAccounts {
  way: AuthenticationWay;
  /** The bearer token of one of them. */
  tokenOf(account: Account): string;
}

/** Makes them. */
export function runAccounts(random: Random): RunAccounts {
  const secret = () => newServiceSecret(random.secret());
  const controllers = SERVICES.map(
    (name): ServiceAccount => ({ name, roles: ['controller'], services: [name], secret: secret() }),
  );
  const simulator: ServiceAccount = { name: 'simulator', roles: ['event-source'], secret: secret() };
  const seed: ServiceAccount = { name: 'seed', roles: ['admin'], secret: secret() };
  const accounts = [...controllers, simulator, seed];
  const tokens = new Map(accounts.map((account) => [account.name, account.secret]));
  return {
    way: serviceSecrets(accounts),
    tokenOf: (account) => {
      const token = tokens.get(account);
      if (token === undefined) throw new Error(`there is no account ${account}`);
      return token;
    },
  };
}
