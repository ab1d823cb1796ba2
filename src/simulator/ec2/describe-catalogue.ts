import type { Ec2Action } from './call.ts';
import { Ec2Error } from './errors.ts';
import { readFilters } from './filters.ts';
import { imagesIn, type MachineImage } from './images.ts';
import { findInstanceType, type InstanceType, instanceTypes } from './instance-types.ts';
import { page } from './pages.ts';
import { accountId, regions, type Zone, zonesOf } from './places.ts';
import type { XmlValue } from './xml.ts';

/** Lists machine images by id, owner and filter. */
export const describeImages: Ec2Action = ({ query, region }) => {
  const all = imagesIn(region);
  const ids = query.texts('ImageId');
  const unknown = ids.find((id) => !all.some((image) => image.id === id));
  if (unknown) throw new Ec2Error('InvalidAMIID.NotFound', `The image id '[${unknown}]' does not exist`);
  const owners = query.texts('Owner').map((owner) => (owner === 'self' ? accountId : owner));
  const matches = readFilters<MachineImage>(query, {
    fields: {
      name: (image) => image.name,
      'image-id': (image) => image.id,
      'owner-id': (image) => image.ownerId,
      state: () => 'available',
      architecture: () => 'x86_64',
      'virtualization-type': () => 'hvm',
      'root-device-type': () => 'ebs',
    },
  });
  const imagesSet = all
    .filter((image) => ids.length === 0 || ids.includes(image.id))
    .filter((image) => owners.length === 0 || owners.includes(image.ownerId))
    .filter(matches)
    .map((image) => ({
      imageId: image.id,
      imageLocation: `${image.ownerId}/${image.name}`,
      imageState: 'available',
      imageOwnerId: image.ownerId,
      isPublic: image.ownerId !== accountId,
      architecture: 'x86_64',
      imageType: 'machine',
      name: image.name,
      description: image.description,
      creationDate: image.createdAt,
      rootDeviceType: 'ebs',
      rootDeviceName: '/dev/sda1',
      virtualizationType: 'hvm',
      hypervisor: 'xen',
      enaSupport: true,
    }));
  return { imagesSet };
};

/** Lists instance types by name and filter. */
export const describeInstanceTypes: Ec2Action = ({ query }) => {
  const names = query.texts('InstanceType');
  const unknown = names.find((name) => !findInstanceType(name));
  if (unknown) {
    throw new Ec2Error(
      'InvalidInstanceType',
      `The following supplied instance types do not exist: [${unknown}]`,
    );
  }
  const matches = readFilters<InstanceType>(query, {
    fields: {
      'instance-type': (type) => type.name,
      'bare-metal': (type) => String(type.bareMetal),
      'current-generation': () => 'true',
      'processor-info.supported-architecture': () => 'x86_64',
      'processor-info.supported-features': supportedFeatures,
      'vcpu-info.default-vcpus': (type) => String(type.vcpus),
      'memory-info.size-in-mib': (type) => String(type.memoryMib),
    },
  });
  const selected = instanceTypes
    .map((type, index) => ({ type, position: index + 1 }))
    .filter(({ type }) => (names.length === 0 || names.includes(type.name)) && matches(type));
  const { items, nextToken } = page(query, selected, ({ position }) => position, { least: 5, most: 100 });
  return { instanceTypeSet: items.map(({ type }) => typeAnswer(type)), nextToken };
};

/** Lists the zones of the call's region. */
export const describeAvailabilityZones: Ec2Action = ({ query, region }) => {
  const names = query.texts('ZoneName');
  const matches = readFilters<Zone>(query, {
    fields: { 'zone-name': (zone) => zone.name, 'zone-id': (zone) => zone.id, state: () => 'available' },
  });
  const availabilityZoneInfo = zonesOf(region)
    .filter((zone) => (names.length === 0 || names.includes(zone.name)) && matches(zone))
    .map((zone) => ({
      zoneName: zone.name,
      zoneId: zone.id,
      zoneState: 'available',
      zoneType: 'availability-zone',
      regionName: region,
      optInStatus: 'opt-in-not-required',
    }));
  return { availabilityZoneInfo };
};

/** Lists the subnets of the call's region: one default subnet in each zone. */
export const describeSubnets: Ec2Action = ({ query, region }) => {
  const zones = zonesOf(region);
  const ids = query.texts('SubnetId');
  const unknown = ids.find((id) => !zones.some((zone) => zone.subnetId === id));
  if (unknown) throw new Ec2Error('InvalidSubnetID.NotFound', `The subnet ID '${unknown}' does not exist`);
  const matches = readFilters<Zone>(query, {
    fields: {
      'subnet-id': (zone) => zone.subnetId,
      'vpc-id': (zone) => zone.vpcId,
      'availability-zone': (zone) => zone.name,
      'default-for-az': () => 'true',
      state: () => 'available',
    },
    tags: () => ({}),
  });
  const subnetSet = zones
    .filter((zone) => (ids.length === 0 || ids.includes(zone.subnetId)) && matches(zone))
    .map((zone) => ({
      subnetId: zone.subnetId,
      state: 'available',
      vpcId: zone.vpcId,
      cidrBlock: zone.cidrBlock,
      availableIpAddressCount: 4091,
      availabilityZone: zone.name,
      availabilityZoneId: zone.id,
      defaultForAz: true,
      mapPublicIpOnLaunch: true,
      ownerId: accountId,
    }));
  return { subnetSet };
};

/** Lists the regions. */
export const describeRegions: Ec2Action = ({ query }) => {
  const names = query.texts('RegionName');
  const matches = readFilters<string>(query, {
    fields: { 'region-name': (name) => name, 'opt-in-status': () => 'opt-in-not-required' },
  });
  const regionInfo = regions
    .filter((name) => (names.length === 0 || names.includes(name)) && matches(name))
    .map((name) => ({
      regionName: name,
      regionEndpoint: `ec2.${name}.amazonaws.com`,
      optInStatus: 'opt-in-not-required',
    }));
  return { regionInfo };
};

function typeAnswer(type: InstanceType): XmlValue {
  return {
    instanceType: type.name,
    currentGeneration: true,
    freeTierEligible: false,
    supportedUsageClasses: ['on-demand', 'spot'],
    supportedRootDeviceTypes: ['ebs'],
    supportedVirtualizationTypes: ['hvm'],
    bareMetal: type.bareMetal,
    hypervisor: type.bareMetal ? undefined : 'nitro',
    processorInfo: {
      supportedArchitectures: ['x86_64'],
      supportedFeatures: supportedFeatures(type),
      manufacturer: 'Intel',
    },
    vCpuInfo: { defaultVCpus: type.vcpus, defaultCores: type.vcpus / 2, defaultThreadsPerCore: 2 },
    memoryInfo: { sizeInMiB: type.memoryMib },
    instanceStorageSupported: false,
    hibernationSupported: false,
    burstablePerformanceSupported: false,
  };
}

function supportedFeatures(type: InstanceType): string[] {
  return type.nestedVirtualization ? ['nested-virtualization'] : [];
}
