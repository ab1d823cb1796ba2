/** Where a worker is reached. In production by its address, with the simulator wherever that listens. */
export interface WorkerAddresses {
  /** Undefined where it has no address yet. */
  resolve(instance: {
    instanceId: string;
    publicIp?: string | undefined;
    privateIp?: string | undefined;
  }): Promise<{ cmlUrl: string; consoleHost: string } | undefined>;
}
