import type { LicenceType } from '@lcm/core/domain/resources.ts';
import type { SystemSettingsValues } from '@lcm/core/domain/settings.ts';
import type { Worker } from '@lcm/core/domain/worker-state.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { CloudProvider } from '@lcm/core/spi/cloud-provider.ts';
import type { CmlServers } from '@lcm/core/spi/cml.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { Secrets } from '@lcm/core/spi/secrets.ts';
import type { WorkerAddresses } from '@lcm/core/spi/worker-addresses.ts';
import type { Fleet } from './fleet.ts';
import type { InternalClient } from './internal-client.ts';
import type { WorkerLimits } from './limits.ts';
import type { ShortZones } from './short-zones.ts';

/** What every aspect of a worker's life works with. */
export interface WorkerDeps {
  client: { internal: InternalClient };
  cloud: CloudProvider;
  cml: CmlServers;
  addresses: WorkerAddresses;
  secrets: Secrets;
  clock: Clock;
  log: Log;
  /** Name of this installation: on every instance's tags, so that two installations share an account in peace. */
  installation: string;
  limits: WorkerLimits;
  settings: () => Promise<SystemSettingsValues>;
  fleet: Fleet;
  shortZones: ShortZones;
  /** The user data of a worker's instance, plain text; none where absent. */
  userData?: ((worker: Worker) => string | undefined) | undefined;
  /** Where the licence token of that type is kept. */
  licenceToken: (type: LicenceType) => string;
}
