/** An EC2 instance type, as far as a CML worker cares. */
export interface InstanceType {
  name: string;
  vcpus: number;
  memoryMib: number;
  bareMetal: boolean;
  /** Whether `CpuOptions.NestedVirtualization` may be enabled on it. */
  nestedVirtualization: boolean;
  /** Dollars an hour, on demand, Linux, us-east-1. */
  pricePerHourUsd: number;
}

/**
 * The types on offer. Sizes from EC2's instance type pages; prices are the on-demand list prices of us-east-1
 * (metal exact, the eighth generation rounded from its price per vCPU).
 * Nested virtualization: C8i, M8i and R8i since February 2026.
 */
export const instanceTypes: readonly InstanceType[] = [
  metal('m5zn.metal', 48, 192, 3.9641),
  metal('c5.metal', 96, 192, 4.08),
  metal('m5.metal', 96, 384, 4.608),
  metal('c5n.metal', 72, 192, 3.888),
  ...eighthGeneration('c8i', 2, 0.0469),
  ...eighthGeneration('m8i', 4, 0.0529),
  ...eighthGeneration('r8i', 8, 0.0695),
  plain('m5.large', 2, 8, 0.096),
  plain('m5.4xlarge', 16, 64, 0.768),
  plain('c5.2xlarge', 8, 16, 0.34),
];

/** The type of that name, if it is on offer. */
export function findInstanceType(name: string): InstanceType | undefined {
  return byName.get(name);
}

const byName = new Map(instanceTypes.map((type) => [type.name, type]));

function plain(name: string, vcpus: number, memoryGib: number, pricePerHourUsd: number): InstanceType {
  const memoryMib = memoryGib * 1024;
  return { name, vcpus, memoryMib, bareMetal: false, nestedVirtualization: false, pricePerHourUsd };
}

function metal(name: string, vcpus: number, memoryGib: number, pricePerHourUsd: number): InstanceType {
  return { ...plain(name, vcpus, memoryGib, pricePerHourUsd), bareMetal: true };
}

function eighthGeneration(family: string, gibPerVcpu: number, pricePerVcpuUsd: number): InstanceType[] {
  return [1, 2, 4, 8, 12, 16, 24].map((size) => {
    const vcpus = size * 4;
    const name = `${family}.${size === 1 ? 'xlarge' : `${size}xlarge`}`;
    const price = Math.round(vcpus * pricePerVcpuUsd * 10_000) / 10_000;
    return { ...plain(name, vcpus, vcpus * gibPerVcpu, price), nestedVirtualization: true };
  });
}
