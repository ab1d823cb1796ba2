import { type Instance, stateCodes, stateOf } from './instance.ts';
import { findInstanceType } from './instance-types.ts';
import { accountId } from './places.ts';
import type { XmlValue } from './xml.ts';

/** Instances as Describe and Run list them: grouped by the launch that made them. */
export function reservations(instances: Instance[], nowMs: number): XmlValue[] {
  const groups = Map.groupBy(instances, (instance) => instance.reservationId);
  return [...groups].map(([reservationId, members]) => reservation(reservationId, members, nowMs));
}

/** One launch with its instances. */
export function reservation(reservationId: string, instances: Instance[], nowMs: number) {
  return {
    reservationId,
    ownerId: accountId,
    groupSet: [],
    instancesSet: instances.map((instance) => instanceAnswer(instance, nowMs)),
  };
}

function instanceAnswer(instance: Instance, nowMs: number): XmlValue {
  const name = stateOf(instance, nowMs);
  const type = findInstanceType(instance.type);
  return {
    instanceId: instance.id,
    imageId: instance.imageId,
    instanceState: { code: stateCodes[name], name },
    reason: instance.stateReason && `${instance.stateReason.message} (${iso(instance.change.askedAtMs)})`,
    stateReason: instance.stateReason,
    keyName: instance.keyName,
    amiLaunchIndex: instance.launchIndex,
    instanceType: instance.type,
    launchTime: iso(instance.launchedAtMs),
    placement: { availabilityZone: instance.zone, groupName: '', tenancy: 'default' },
    monitoring: { state: 'disabled' },
    ...(name === 'terminated' ? {} : network(instance)),
    architecture: 'x86_64',
    rootDeviceType: 'ebs',
    rootDeviceName: '/dev/sda1',
    virtualizationType: 'hvm',
    hypervisor: 'xen',
    ebsOptimized: true,
    enaSupport: true,
    clientToken: instance.clientToken,
    tagSet: Object.entries(instance.tags).map(([key, value]) => ({ key, value })),
    cpuOptions: {
      coreCount: type && type.vcpus / 2,
      threadsPerCore: 2,
      nestedVirtualization: instance.nestedVirtualization ? 'enabled' : 'disabled',
    },
  };
}

/** What a terminated instance has no more. */
function network(instance: Instance): { [name: string]: XmlValue } {
  return {
    subnetId: instance.subnetId,
    vpcId: instance.vpcId,
    privateIpAddress: instance.privateAddress,
    ipAddress: instance.publicAddress,
    privateDnsName: `ip-${instance.privateAddress.replaceAll('.', '-')}.${instance.region}.compute.internal`,
    sourceDestCheck: true,
    groupSet: instance.securityGroupIds.map((groupId) => ({ groupId, groupName: groupId })),
  };
}

const iso = (ms: number) => new Date(ms).toISOString();
