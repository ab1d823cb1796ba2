import { type Ec2Call, instancesHere } from './call.ts';
import type { CapacityControl } from './capacity.ts';
import { Ec2Error } from './errors.ts';
import { stateOf } from './instance.ts';
import { findInstanceType } from './instance-types.ts';

/** @throws InsufficientInstanceCapacity where the zone has none of that type left */
export function refuseShortage(
  capacity: CapacityControl,
  type: string,
  zone: { name: string; region: string },
): void {
  if (!capacity.isShort(type, zone)) return;
  const message =
    `We currently do not have sufficient ${type} capacity in the Availability Zone you requested (${zone.name}). ` +
    'Our system will be working on provisioning additional capacity.';
  throw new Ec2Error('InsufficientInstanceCapacity', message, 500);
}

/** How many more vCPUs may run in the call's region; unlimited is Infinity. */
export function freeVcpus(call: Ec2Call): number {
  const { vcpuLimit } = call.ec2.capacity.get();
  if (vcpuLimit === undefined) return Number.POSITIVE_INFINITY;
  const now = call.ec2.world.clock.now();
  const running = instancesHere(call).filter((instance) =>
    ['pending', 'running'].includes(stateOf(instance, now)),
  );
  return vcpuLimit - vcpusOf(running.map(({ type }) => type));
}

/** @throws VcpuLimitExceeded where instances of those types would be too many */
export function refuseVcpuLimit(call: Ec2Call, types: string[]): void {
  if (vcpusOf(types) <= freeVcpus(call)) return;
  const { vcpuLimit } = call.ec2.capacity.get();
  const message =
    `You have requested more vCPU capacity than your current vCPU limit of ${vcpuLimit} allows for the ` +
    'instance bucket that the specified instance type belongs to.';
  throw new Ec2Error('VcpuLimitExceeded', message);
}

function vcpusOf(types: string[]): number {
  return types.reduce((sum, type) => sum + (findInstanceType(type)?.vcpus ?? 0), 0);
}
