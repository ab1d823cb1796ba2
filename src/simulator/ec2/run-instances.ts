import { type Ec2Action, type Ec2Call, refuseDryRun } from './call.ts';
import { clientTokens } from './client-tokens.ts';
import { Ec2Error, invalidParameter } from './errors.ts';
import { findImage } from './images.ts';
import { reservation } from './instance-answer.ts';
import { findInstanceType, type InstanceType } from './instance-types.ts';
import { freeVcpus, refuseShortage, refuseVcpuLimit } from './launch-limits.ts';
import { defaultSecurityGroup, type Zone, zonesOf } from './places.ts';
import type { Query } from './query.ts';
import { tagsAtLaunch } from './tags.ts';

/** Launches instances, once per client token and zone. */
export const runInstances: Ec2Action = (call) => {
  const { query, region, ec2 } = call;
  const range = readCount(query);
  const type = readType(query);
  const imageId = readImage(query, region);
  const named = readZone(query, region);
  const nestedVirtualization = readNestedVirtualization(query, type);
  const userData = readUserData(query);
  const securityGroupIds = readSecurityGroups(query, region);
  const tags = tagsAtLaunch(query, 'instance');
  refuseDryRun(query);

  const tokens = clientTokens(ec2.world, ec2.instances);
  const token = readToken(query);
  const scope = named?.name ?? region;
  const earlier = token === undefined ? undefined : tokens.find(scope, token, query);
  if (earlier) return answer(call, earlier);

  const zone = named ?? zonesOf(region).find((each) => !ec2.capacity.isShort(type.name, each));
  refuseShortage(ec2.capacity, type.name, zone ?? { name: 'any', region });
  if (!zone)
    throw new Ec2Error('InsufficientInstanceCapacity', `There is no ${type.name} left in ${region}.`, 500);
  refuseVcpuLimit(call, Array<string>(range.least).fill(type.name));
  const count = Math.min(range.most, Math.floor(freeVcpus(call) / type.vcpus));
  const keyName = query.text('KeyName');
  const made = ec2.instances.launch(
    {
      region,
      zone: zone.name,
      subnetId: zone.subnetId,
      vpcId: zone.vpcId,
      imageId,
      type: type.name,
      securityGroupIds,
      tags,
      nestedVirtualization,
      ...(token !== undefined && { clientToken: token }),
      ...(keyName !== undefined && { keyName }),
      ...(userData !== undefined && { userData }),
    },
    count,
  );
  if (token !== undefined) tokens.remember(scope, token, query, made);
  return answer(call, made);
};

function answer(call: Ec2Call, made: Parameters<typeof reservation>[1]) {
  return reservation(made[0]?.reservationId ?? '', made, call.ec2.world.clock.now());
}

/** EC2 takes tokens of up to 64 ASCII characters. */
function readToken(query: Query): string | undefined {
  const token = query.text('ClientToken');
  if (token !== undefined && !/^[\x20-\x7e]{1,64}$/.test(token)) throw invalidParameter('ClientToken', token);
  return token;
}

function readCount(query: Query): { least: number; most: number } {
  query.required('MinCount');
  query.required('MaxCount');
  const least = query.integer('MinCount') ?? 0;
  const most = query.integer('MaxCount') ?? 0;
  if (least < 1) throw invalidParameter('MinCount', String(least));
  if (most < least) throw invalidParameter('MaxCount', `${most}, less than MinCount ${least}`);
  if (most > 1000) throw invalidParameter('MaxCount', `${most}, more than 1000`);
  return { least, most };
}

function readType(query: Query): InstanceType {
  const name = query.required('InstanceType');
  const type = findInstanceType(name);
  if (!type) throw new Ec2Error('InvalidParameterValue', `Invalid value '${name}' for InstanceType.`);
  return type;
}

function readImage(query: Query, region: string): string {
  const id = query.required('ImageId');
  if (!/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) {
    throw new Ec2Error('InvalidAMIID.Malformed', `Invalid id: "${id}" (expecting "ami-...")`);
  }
  if (!findImage(region, id)) {
    throw new Ec2Error('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`);
  }
  return id;
}

/** The zone that the call asks for, by subnet or by name; none if it leaves the choice to EC2. */
function readZone(query: Query, region: string): Zone | undefined {
  const zones = zonesOf(region);
  const subnetId = query.text('SubnetId') ?? query.groups('NetworkInterface')[0]?.text('SubnetId');
  const zoneName = query.text('Placement.AvailabilityZone');
  if (subnetId !== undefined) {
    const zone = zones.find((each) => each.subnetId === subnetId);
    if (!zone) throw new Ec2Error('InvalidSubnetID.NotFound', `The subnet ID '${subnetId}' does not exist`);
    if (zoneName !== undefined && zoneName !== zone.name) {
      throw new Ec2Error('InvalidParameterValue', `The subnet '${subnetId}' is not in the zone ${zoneName}`);
    }
    return zone;
  }
  if (zoneName === undefined) return undefined;
  const zone = zones.find((each) => each.name === zoneName);
  if (!zone) throw invalidParameter('availabilityZone', zoneName);
  return zone;
}

function readNestedVirtualization(query: Query, type: InstanceType): boolean {
  const value = query.text('CpuOptions.NestedVirtualization');
  if (value === undefined || value === 'disabled') return false;
  if (value !== 'enabled') throw invalidParameter('CpuOptions.NestedVirtualization', value);
  if (type.nestedVirtualization) return true;
  const message = `The instance type ${type.name} does not support nested virtualization.`;
  throw new Ec2Error('UnsupportedOperation', message);
}

/** User data comes in base64 and is limited to 16 KB before encoding. */
function readUserData(query: Query): string | undefined {
  const encoded = query.text('UserData');
  if (encoded === undefined) return undefined;
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(encoded)) {
    throw new Ec2Error('InvalidParameterValue', 'Invalid BASE64 encoding of user data');
  }
  if (Buffer.from(encoded, 'base64').length > 16_384) {
    throw new Ec2Error('InvalidParameterValue', 'User data is limited to 16384 bytes');
  }
  return encoded;
}

/** Groups are not simulated: any id of the right form is taken as one that exists. */
function readSecurityGroups(query: Query, region: string): string[] {
  const direct = query.texts('SecurityGroupId');
  const ids =
    direct.length > 0 ? direct : (query.groups('NetworkInterface')[0]?.texts('SecurityGroupId') ?? []);
  const malformed = ids.find((id) => !/^sg-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id));
  if (malformed) throw new Ec2Error('InvalidGroupId.Malformed', `Invalid id: "${malformed}"`);
  return ids.length > 0 ? ids : [defaultSecurityGroup(region)];
}
