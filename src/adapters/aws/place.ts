import { createHash } from 'node:crypto';
import type { Subnet } from '@aws-sdk/client-ec2';
import { LaunchRefused } from '@lcm/core/spi/cloud-provider.ts';
import type { AwsClients } from './clients.ts';

/** Where an instance goes. */
export interface Place {
  zone: string;
  subnetId: string;
}

/**
 * The subnet that the template names, else one of the region's default subnets: workers spread over zones by
 * their id, each further attempt goes to the next zone, and zones to avoid come last.
 * @throws LaunchRefused `invalid` where there is no such subnet
 */
export async function choosePlace(
  clients: AwsClients,
  wanted: {
    region: string;
    subnetId?: string | undefined;
    workerId: string;
    number: number;
    avoidZones: readonly string[];
  },
): Promise<Place> {
  const { region, subnetId, workerId, number, avoidZones } = wanted;
  const places = await subnets(clients, region, subnetId);
  const candidates = places.filter(({ zone }) => !avoidZones.includes(zone));
  const from = candidates.length > 0 ? candidates : places;
  const first = createHash('sha256').update(workerId).digest().readUInt32BE(0);
  const place = from[(first + number) % from.length];
  if (place) return place;
  const what = subnetId ? `no subnet ${subnetId}` : 'no default subnet: name one in the worker template';
  throw new LaunchRefused('invalid', `region ${region} has ${what}`);
}

async function subnets(clients: AwsClients, region: string, subnetId: string | undefined): Promise<Place[]> {
  const { sdk, client } = await clients.ec2(region);
  const query = subnetId
    ? { SubnetIds: [subnetId] }
    : {
        Filters: [
          { Name: 'default-for-az', Values: ['true'] },
          { Name: 'state', Values: ['available'] },
        ],
      };
  const found: Place[] = [];
  for await (const page of sdk.paginateDescribeSubnets({ client }, query))
    found.push(...(page.Subnets ?? []).flatMap((subnet) => placeOf(subnet) ?? []));
  return found.sort((one, other) => (one.zone < other.zone ? -1 : 1));
}

function placeOf({ AvailabilityZone: zone, SubnetId: subnetId }: Subnet): Place | undefined {
  return zone && subnetId ? { zone, subnetId } : undefined;
}
