import type { Clock } from '@lcm/core/spi/clock.ts';
import type { CloudProvider, Instance } from '@lcm/core/spi/cloud-provider.ts';
import { type AwsClients, type AwsConnection, awsClients } from './clients.ts';
import { awsError, isNoSuchInstance } from './errors.ts';
import { instanceOf } from './instance.ts';
import { launchInstance, resolveLaunch } from './launch.ts';
import { latestMetrics } from './metrics.ts';

export interface AwsOptions extends AwsConnection {
  /** Name of this installation; part of every client token, so that two of them never share an instance. */
  installation: string;
  clock: Clock;
  /** Accounts whose images are taken: ids, `self` (the default), `amazon`. */
  imageOwners?: readonly string[] | undefined;
}

/** EC2 and CloudWatch as a cloud provider. Close it to end its connections. */
export function awsCloudProvider(options: AwsOptions): CloudProvider & { close(): void } {
  const clients = awsClients(options);
  const { installation, clock, imageOwners = ['self'] } = options;
  return {
    resolve: (template, workerId, number, avoidZones = []) =>
      asking(`for an image and a place for worker ${workerId}`, () =>
        resolveLaunch(clients, { installation, imageOwners }, template, workerId, number, avoidZones),
      ),
    launch: (region, attempt, tags, userData) =>
      asking(`for a ${attempt.instanceType} in ${attempt.zone ?? region}`, () =>
        launchInstance(clients, region, attempt, tags, userData),
      ),
    describe: (region, instanceId) =>
      asking(`to describe ${instanceId}`, () => describeInstance(clients, region, instanceId)),
    findByTags: (region, tags) =>
      asking(`to list instances in ${region}`, () => findInstances(clients, region, tags)),
    start: (region, instanceId) =>
      asking(`to start ${instanceId}`, async () => {
        const { sdk, client } = await clients.ec2(region);
        await client.send(new sdk.StartInstancesCommand({ InstanceIds: [instanceId] }));
      }),
    stop: (region, instanceId) =>
      asking(`to stop ${instanceId}`, async () => {
        const { sdk, client } = await clients.ec2(region);
        await client.send(new sdk.StopInstancesCommand({ InstanceIds: [instanceId] }));
      }),
    terminate: (region, instanceId) =>
      asking(`to terminate ${instanceId}`, () => terminateInstance(clients, region, instanceId)),
    metrics: (region, instanceIds) =>
      asking(`for measurements in ${region}`, () => latestMetrics(clients, region, instanceIds, clock.now())),
    close: clients.close,
  };
}

async function asking<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw awsError(error, what);
  }
}

async function describeInstance(
  clients: AwsClients,
  region: string,
  instanceId: string,
): Promise<Instance | undefined> {
  const { sdk, client } = await clients.ec2(region);
  try {
    const answer = await client.send(new sdk.DescribeInstancesCommand({ InstanceIds: [instanceId] }));
    const described = answer.Reservations?.flatMap(({ Instances }) => Instances ?? []) ?? [];
    return described.map(instanceOf).find((instance) => instance?.instanceId === instanceId);
  } catch (error) {
    if (isNoSuchInstance(error)) return undefined;
    throw error;
  }
}

async function findInstances(
  clients: AwsClients,
  region: string,
  tags: Record<string, string>,
): Promise<Instance[]> {
  const { sdk, client } = await clients.ec2(region);
  const Filters = Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }));
  const found: Instance[] = [];
  for await (const page of sdk.paginateDescribeInstances({ client, pageSize: 1_000 }, { Filters })) {
    for (const reservation of page.Reservations ?? [])
      found.push(...(reservation.Instances ?? []).flatMap((one) => instanceOf(one) ?? []));
  }
  return found;
}

/** EC2 answers NotFound for an instance that has been gone for a while: that is what was wanted. */
async function terminateInstance(clients: AwsClients, region: string, instanceId: string): Promise<void> {
  const { sdk, client } = await clients.ec2(region);
  try {
    await client.send(new sdk.TerminateInstancesCommand({ InstanceIds: [instanceId] }));
  } catch (error) {
    if (!isNoSuchInstance(error)) throw error;
  }
}
