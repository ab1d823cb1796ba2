import type { Ec2Action } from './call.ts';
import { Ec2Error } from './errors.ts';
import { readFilters } from './filters.ts';
import { accountId, regions, type Zone, zonesOf } from './places.ts';

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
