/** How an edited configuration meets the running one: added line by line, or in its place. */
export type ApplyMode = 'merge' | 'replace';

/** One device of a lab, as a candidate reaches it. */
export interface ReachableDevice {
  /** The configuration that the device runs at this moment. */
  runningConfig(): string;
  /** @throws when the device does not take the text */
  applyConfiguration(text: string, mode: ApplyMode): void;
}

/** How LDS reaches the devices of a lab: by the address that it was told for each of them. */
export interface DeviceAccess {
  /** The device behind that console address, or nothing where nobody listens. */
  find(host: string, port: number): ReachableDevice | undefined;
}

/** No device can be reached: for an LDS that runs without a simulated CML server. */
export const noDevices: DeviceAccess = { find: () => undefined };
