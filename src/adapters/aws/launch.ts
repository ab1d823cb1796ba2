import type { RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import type { LaunchAttempt } from '@lcm/core/domain/worker-state.ts';
import type { WorkerTemplate } from '@lcm/core/domain/worker-template.ts';
import { type Instance, LaunchRefused } from '@lcm/core/spi/cloud-provider.ts';
import { clientTokenOf } from './client-token.ts';
import type { AwsClients } from './clients.ts';
import { newestImage } from './image.ts';
import { instanceOf } from './instance.ts';
import { choosePlace } from './place.ts';

/** Resolves everything that a launch is made of. @throws LaunchRefused `invalid` where nothing matches */
export async function resolveLaunch(
  clients: AwsClients,
  { installation, imageOwners }: { installation: string; imageOwners: readonly string[] },
  template: WorkerTemplate,
  workerId: string,
  number: number,
  avoidZones: readonly string[],
): Promise<Omit<LaunchAttempt, 'requestedAt'>> {
  const { region, instanceType, subnetId, securityGroupIds, virtualization } = template;
  const [imageId, place] = await Promise.all([
    newestImage(clients, region, template.amiNamePattern, imageOwners),
    choosePlace(clients, { region, subnetId, workerId, number, avoidZones }),
  ]);
  return {
    number,
    clientToken: clientTokenOf({ installation, workerId, number, place: place.subnetId, instanceType }),
    imageId,
    instanceType,
    zone: place.zone,
    subnetId: place.subnetId,
    securityGroupIds,
    nestedVirtualization: virtualization === 'nested',
  };
}

/** Asks EC2 for exactly that instance. @param userData plain text, EC2 takes 16 KB of it */
export async function launchInstance(
  clients: AwsClients,
  region: string,
  attempt: LaunchAttempt,
  tags: Record<string, string>,
  userData: string | undefined,
): Promise<Instance> {
  const { sdk, client } = await clients.ec2(region);
  const answer = await client.send(new sdk.RunInstancesCommand(requestFor(attempt, tags, userData)));
  const instance = answer.Instances?.[0] && instanceOf(answer.Instances[0]);
  if (instance) return instance;
  throw new LaunchRefused(
    'invalid',
    `EC2 launched nothing for token ${attempt.clientToken} and did not say why`,
  );
}

function requestFor(
  attempt: LaunchAttempt,
  tags: Record<string, string>,
  userData: string | undefined,
): RunInstancesCommandInput {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  return {
    MinCount: 1,
    MaxCount: 1,
    ClientToken: attempt.clientToken,
    ImageId: attempt.imageId,
    InstanceType: attempt.instanceType as NonNullable<RunInstancesCommandInput['InstanceType']>,
    ...(attempt.subnetId ? { SubnetId: attempt.subnetId } : {}),
    ...(attempt.zone && !attempt.subnetId ? { Placement: { AvailabilityZone: attempt.zone } } : {}),
    ...(attempt.securityGroupIds.length > 0 ? { SecurityGroupIds: attempt.securityGroupIds } : {}),
    ...(attempt.nestedVirtualization ? { CpuOptions: { NestedVirtualization: 'enabled' } } : {}),
    ...(userData === undefined ? {} : { UserData: Buffer.from(userData).toString('base64') }),
    TagSpecifications: [
      { ResourceType: 'instance', Tags },
      { ResourceType: 'volume', Tags },
    ],
  };
}
