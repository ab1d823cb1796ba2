import type { SimulatorState } from '../state.ts';

/** What can't be had: every instance that matches all that is named here. */
interface Shortage {
  type?: string;
  zone?: string;
  region?: string;
}

/** What the simulated cloud has to give. */
export interface Capacity {
  short: Shortage[];
  /** The account's limit on running vCPUs, in each region; none if absent. */
  vcpuLimit?: number;
}

/** The capacity of the simulated cloud, set by tests and by people who want to see a shortage. */
export interface CapacityControl {
  get(): Capacity;
  set(capacity: Capacity): void;
  isShort(type: string, zone: { name: string; region: string }): boolean;
}

/** Opens the capacity kept in the state. @param initial what holds until somebody sets another */
export function openCapacity(state: SimulatorState, initial: Capacity): CapacityControl {
  const stored = state.collection<Capacity>('ec2-capacity');
  const get = () => stored.get('now') ?? initial;
  return {
    get,
    set: (capacity) => stored.put('now', capacity),
    isShort: (type, zone) =>
      get().short.some(
        (shortage) =>
          (shortage.type ?? type) === type &&
          (shortage.zone ?? zone.name) === zone.name &&
          (shortage.region ?? zone.region) === zone.region,
      ),
  };
}
