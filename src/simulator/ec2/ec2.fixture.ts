import {
  DescribeInstancesCommand,
  EC2Client,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import Fastify from 'fastify';
import { onTestFinished } from 'vitest';
import { openLedger } from '../ledger.ts';
import { openSimulatorState } from '../state.ts';
import type { World } from '../world.ts';
import { loopbackAddresses } from './addresses.ts';
import { type Capacity, openCapacity } from './capacity.ts';
import { openInstances } from './instances.ts';
import { fixedResourceId } from './resource-id.ts';
import { ec2Routes } from './routes.ts';

export const imageId = fixedResourceId('ami', 'us-east-1/cisco-cml2.9-lablet-v0.1.8');
const subnetA = fixedResourceId('subnet', 'us-east-1a');
export const subnetB = fixedResourceId('subnet', 'us-east-1b');
const delays = {
  instanceBootMs: 60_000,
  cmlBootMs: 600_000,
  instanceStopMs: 30_000,
  licenceMs: 0,
  nodeBootMs: 0,
  labStopMs: 0,
  gradingMs: 0,
};
export const metal: RunInstancesCommandInput = {
  ImageId: imageId,
  InstanceType: 'm5zn.metal',
  SubnetId: subnetA,
  MinCount: 1,
  MaxCount: 1,
};

/** EC2 on virtual time, with the real SDK's client talking to it over HTTP; closed when the test is over. */
export async function simulate(options: { capacity?: Capacity; visibilityLagMs?: number } = {}) {
  const clock = new VirtualClock();
  const state = openSimulatorState(':memory:');
  const world: World = { clock, random: seededRandom(7), state, ledger: openLedger(state, clock), delays };
  const addresses = loopbackAddresses(state, 77);
  const instances = openInstances(world, addresses, options.visibilityLagMs ?? 0);
  const capacity = openCapacity(state, options.capacity ?? { short: [] });
  const app = Fastify();
  app.register(ec2Routes({ world, instances, capacity }), { prefix: '/aws/ec2' });
  const endpoint = `${await app.listen({ port: 0, host: '127.0.0.1' })}/aws/ec2`;
  onTestFinished(() => app.close());
  const clientIn = (region: string) => {
    const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };
    const client = new EC2Client({ region, endpoint, credentials, maxAttempts: 1 });
    onTestFinished(() => client.destroy());
    return client;
  };
  const ec2 = clientIn('us-east-1');
  const run = async (input: Partial<RunInstancesCommandInput> = {}) => {
    const { Instances = [] } = await ec2.send(new RunInstancesCommand({ ...metal, ...input }));
    return Instances.map((instance) => instance.InstanceId ?? '');
  };
  const look = async (id: string) => {
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    return Reservations?.[0]?.Instances?.[0];
  };
  return { clock, world, instances, capacity, ec2, clientIn, run, look };
}
