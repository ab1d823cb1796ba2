import type { RequestFate } from '../faults.ts';

/** What one simulated CML server is. */
export interface CmlServerOptions {
  /** Its name in the simulated world; also the key of its state and of its licence seat in the ledger. */
  serverId: string;
  hostname: string;
  /** What `system_information` says, `2.9.1+build.7` by default. */
  version?: string;
  /** The address at which node consoles are served, and by which the LDS finds devices. */
  consoleHost: string;
  /** The first administrator. */
  username: string;
  password: string;
  /** Opens real TCP listeners for `serial:`, `vnc:` and `pat:tcp:` tags; off by default. */
  consoles?: boolean;
  /** What the host offers; by default that of a large metal instance. */
  capacity?: { cpus: number; memoryGb: number; diskGb: number };
  /** False while the system still boots: `ready` is false and everything else answers 502. */
  ready?: () => boolean;
  /**
   * The Smart Licensing side: why a registration with this token is refused, or undefined when it is
   * accepted. By default tokens beginning with `bad`, `invalid` or `expired` are refused.
   */
  refuseLicence?: (token: string, productLicence: string) => string | undefined;
  /** What becomes of one registration on its way to Smart Licensing; by default it gets there, at once. */
  licenceFate?: () => Pick<RequestFate, 'delayMs' | 'outcome'>;
}

export const defaultVersion = '2.9.1+build.7';
export const defaultCapacity = { cpus: 96, memoryGb: 192, diskGb: 500 };
