import type { LaunchAttempt } from '../domain/worker-state.ts';
import type { WorkerTemplate } from '../domain/worker-template.ts';

/** An instance as the cloud describes it. */
export interface Instance {
  instanceId: string;
  state: 'pending' | 'running' | 'stopping' | 'stopped' | 'shutting-down' | 'terminated';
  type: string;
  imageId: string;
  zone?: string | undefined;
  publicIp?: string | undefined;
  privateIp?: string | undefined;
  launchedAt?: string | undefined;
  clientToken?: string | undefined;
  tags: Record<string, string>;
}

/** Measurements of one instance over the last minutes. */
export interface InstanceMetrics {
  at: string;
  cpuPercent?: number | undefined;
  networkInBytes?: number | undefined;
  networkOutBytes?: number | undefined;
}

/** Why a launch did not happen. */
export class LaunchRefused extends Error {
  /**
   * `noCapacity`: the zone has none of the type now; `unsupported`: the type can't do what is asked;
   * `limit`: the account may not; `mismatch`: the token was used with other parameters; `invalid`: no such
   * image, subnet, group.
   */
  readonly reason: 'noCapacity' | 'unsupported' | 'limit' | 'mismatch' | 'invalid';

  constructor(reason: LaunchRefused['reason'], message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'LaunchRefused';
    this.reason = reason;
  }
}

/** A place that has machines. To run workers elsewhere than on EC2, implement this. */
export interface CloudProvider {
  /**
   * Everything that a launch of this template is made of, resolved now: newest image that matches, zone,
   * subnet. `number` counts the attempts of the worker. `avoidZones` had no capacity lately.
   * @throws LaunchRefused `invalid` where nothing matches
   */
  resolve(
    template: WorkerTemplate,
    workerId: string,
    number: number,
    avoidZones?: readonly string[],
  ): Promise<Omit<LaunchAttempt, 'requestedAt'>>;
  /** Launches exactly that; the same attempt again gives the same instance. @throws LaunchRefused */
  launch(
    region: string,
    attempt: LaunchAttempt,
    tags: Record<string, string>,
    userData?: string,
  ): Promise<Instance>;
  /** Undefined where the cloud knows no such instance (any more, or not yet: one empty answer proves nothing). */
  describe(region: string, instanceId: string): Promise<Instance | undefined>;
  /** Every instance that carries these tags, those just terminated included. */
  findByTags(region: string, tags: Record<string, string>): Promise<Instance[]>;
  start(region: string, instanceId: string): Promise<void>;
  stop(region: string, instanceId: string): Promise<void>;
  /** Done already is done. */
  terminate(region: string, instanceId: string): Promise<void>;
  /** Latest measurements by instance id, those that have any. */
  metrics(region: string, instanceIds: readonly string[]): Promise<Map<string, InstanceMetrics>>;
}
