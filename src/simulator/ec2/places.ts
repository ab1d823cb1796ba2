import { Ec2Error } from './errors.ts';
import { fixedResourceId } from './resource-id.ts';

/** An availability zone with its default subnet. */
export interface Zone {
  region: string;
  name: string;
  id: string;
  subnetId: string;
  vpcId: string;
  cidrBlock: string;
}

/** The account that everything in the simulated cloud belongs to. */
export const accountId = '123456789012';

/** The regions of the simulated cloud; each has three zones with one default subnet in each. */
export const regions: readonly string[] = [
  'us-east-1',
  'us-east-2',
  'us-west-2',
  'ca-central-1',
  'eu-central-1',
  'eu-west-1',
  'eu-west-2',
  'ap-northeast-1',
  'ap-southeast-1',
  'ap-southeast-2',
];

/** The zones of a region. @throws AuthFailure for a region that there is not */
export function zonesOf(region: string): Zone[] {
  const zones = zonesByRegion.get(region);
  if (!zones) throw new Ec2Error('AuthFailure', `The region ${region} does not exist or is not enabled`, 401);
  return zones;
}

/** The security group that instances get when none is asked for. */
export const defaultSecurityGroup = (region: string) => fixedResourceId('sg', region);

const zonesByRegion = new Map(
  regions.map((region) => [
    region,
    ['a', 'b', 'c'].map((letter, index): Zone => {
      const name = `${region}${letter}`;
      const words = region.split('-');
      const id = `${words[0]}${words[1]?.slice(0, 1)}${words[2]}-az${index + 1}`;
      return {
        region,
        name,
        id,
        subnetId: fixedResourceId('subnet', name),
        vpcId: fixedResourceId('vpc', region),
        cidrBlock: `172.31.${index * 16}.0/20`,
      };
    }),
  ]),
);
