import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeAvailabilityZonesCommand,
  DescribeImagesCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypesCommand,
  DescribeRegionsCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  EC2Client,
  paginateDescribeInstances,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { VirtualClock } from '@lcm/adapters/clock/virtual-clock.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import Fastify from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { openLedger } from '../ledger.ts';
import { openSimulatorState } from '../state.ts';
import type { World } from '../world.ts';
import { loopbackAddresses } from './addresses.ts';
import { type Capacity, openCapacity } from './capacity.ts';
import { openInstances } from './instances.ts';
import { fixedResourceId } from './resource-id.ts';
import { ec2Routes } from './routes.ts';

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

const imageId = fixedResourceId('ami', 'us-east-1/cisco-cml2.9-lablet-v0.1.8');
const subnetA = fixedResourceId('subnet', 'us-east-1a');
const subnetB = fixedResourceId('subnet', 'us-east-1b');
const delays = {
  instanceBootMs: 60_000,
  cmlBootMs: 600_000,
  instanceStopMs: 30_000,
  licenceMs: 0,
  nodeBootMs: 0,
  labStopMs: 0,
  gradingMs: 0,
};
const metal: RunInstancesCommandInput = {
  ImageId: imageId,
  InstanceType: 'm5zn.metal',
  SubnetId: subnetA,
  MinCount: 1,
  MaxCount: 1,
};

/** EC2 on virtual time, with the real SDK's client talking to it over HTTP. */
async function simulate(options: { capacity?: Capacity; visibilityLagMs?: number } = {}) {
  const clock = new VirtualClock();
  const state = openSimulatorState(':memory:');
  const world: World = { clock, random: seededRandom(7), state, ledger: openLedger(state, clock), delays };
  const addresses = loopbackAddresses(state, 77);
  const instances = openInstances(world, addresses, options.visibilityLagMs ?? 0);
  const capacity = openCapacity(state, options.capacity ?? { short: [] });
  const app = Fastify();
  app.register(ec2Routes({ world, instances, capacity }), { prefix: '/aws/ec2' });
  const endpoint = `${await app.listen({ port: 0, host: '127.0.0.1' })}/aws/ec2`;
  ending.push(() => app.close());
  const clientIn = (region: string) => {
    const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };
    const client = new EC2Client({ region, endpoint, credentials, maxAttempts: 1 });
    ending.push(() => client.destroy());
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

describe('the life of an instance', () => {
  it('boots, runs, stops, starts and ends in the time that each takes', async () => {
    const { clock, ec2, run, look } = await simulate();
    const [id = ''] = await run();
    expect((await look(id))?.State).toEqual({ Code: 0, Name: 'pending' });
    await clock.advance(60_000);
    expect((await look(id))?.State?.Name).toBe('running');

    const stopping = await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    expect(stopping.StoppingInstances?.[0]).toMatchObject({
      InstanceId: id,
      PreviousState: { Name: 'running' },
      CurrentState: { Name: 'stopping' },
    });
    await expect(ec2.send(new StartInstancesCommand({ InstanceIds: [id] }))).rejects.toMatchObject({
      name: 'IncorrectInstanceState',
    });
    await clock.advance(30_000);
    expect((await look(id))?.State?.Name).toBe('stopped');

    await ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
    await clock.advance(60_000);
    expect((await look(id))?.State?.Name).toBe('running');

    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    expect((await look(id))?.State?.Name).toBe('shutting-down');
    await clock.advance(30_000);
    expect((await look(id))?.State?.Name).toBe('terminated');
    await expect(ec2.send(new StartInstancesCommand({ InstanceIds: [id] }))).rejects.toMatchObject({
      name: 'IncorrectInstanceState',
    });
  });

  it('is listed for an hour after its end, without its addresses', async () => {
    const { clock, ec2, run, look } = await simulate();
    const [id = ''] = await run();
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    await clock.advance(30_000 + 3_599_000);
    expect((await look(id))?.PrivateIpAddress).toBeUndefined();
    await clock.advance(1_000);
    await expect(look(id)).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' });
  });

  it('is paid for while it is pending or running, and not while it is stopped', async () => {
    const { clock, world, ec2, run } = await simulate();
    const [id = ''] = await run();
    await clock.advance(3_600_000);
    await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    await clock.advance(10 * 3_600_000);
    expect(world.ledger.costUsd()).toBeCloseTo(3.9641 * (1 + 30 / 3600), 6);
    await ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
    expect(world.ledger.openEntries('instance')).toMatchObject([
      { id, detail: { type: 'm5zn.metal', region: 'us-east-1' } },
    ]);
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    await clock.advance(30_000);
    expect(world.ledger.openEntries()).toEqual([]);
  });

  it('keeps its private address when stopped and gets another public one when started', async () => {
    const { clock, ec2, run, look } = await simulate();
    const [id = '', other = ''] = await run({ MaxCount: 2, MinCount: 2 });
    await clock.advance(60_000);
    const before = await look(id);
    const all = [before, await look(other)].flatMap((each) => [
      each?.PrivateIpAddress,
      each?.PublicIpAddress,
    ]);
    expect(new Set(all).size).toBe(4);
    await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    await clock.advance(30_000);
    expect((await look(id))?.PublicIpAddress).toBeUndefined();
    await ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
    const after = await look(id);
    expect(after?.PrivateIpAddress).toBe(before?.PrivateIpAddress);
    expect(after?.PublicIpAddress).toMatch(/^127\.77\.128\.\d+$/);
    expect(after?.PublicIpAddress).not.toBe(before?.PublicIpAddress);
  });

  it('can end by itself', async () => {
    const { world, instances, run, look } = await simulate();
    const [id = ''] = await run();
    instances.kill(id);
    expect(await look(id)).toMatchObject({
      State: { Name: 'terminated' },
      StateReason: { Code: 'Server.InternalError' },
    });
    expect(world.ledger.openEntries('instance')).toEqual([]);
  });

  it('changes all instances of a call or none', async () => {
    const { clock, ec2, run, look } = await simulate();
    const [good = ''] = await run();
    await clock.advance(60_000);
    const ids = [good, 'i-0123456789abcdef0'];
    await expect(ec2.send(new StopInstancesCommand({ InstanceIds: ids }))).rejects.toMatchObject({
      name: 'InvalidInstanceID.NotFound',
    });
    expect((await look(good))?.State?.Name).toBe('running');
  });
});

describe('a client token', () => {
  it('makes a repeated launch give the same instance', async () => {
    const { run, world } = await simulate();
    const first = await run({ ClientToken: 't1' });
    expect(await run({ ClientToken: 't1' })).toEqual(first);
    expect(world.ledger.openEntries('instance')).toHaveLength(1);
  });

  it('refuses other parameters in the same zone', async () => {
    const { run } = await simulate();
    await run({ ClientToken: 't1' });
    await expect(run({ ClientToken: 't1', InstanceType: 'c5.metal' })).rejects.toMatchObject({
      name: 'IdempotentParameterMismatch',
    });
  });

  it('means nothing in another zone, even with other parameters', async () => {
    const { run } = await simulate();
    const [first] = await run({ ClientToken: 't1' });
    const [second] = await run({ ClientToken: 't1', SubnetId: subnetB, InstanceType: 'c5.metal' });
    expect(second).not.toBe(first);
  });

  it('does not bring back what was terminated', async () => {
    const { clock, ec2, run } = await simulate();
    const InstanceIds = await run({ ClientToken: 't1' });
    await ec2.send(new TerminateInstancesCommand({ InstanceIds }));
    await clock.advance(2 * 3_600_000);
    await expect(run({ ClientToken: 't1' })).rejects.toMatchObject({ name: 'IdempotentInstanceTerminated' });
  });
});

describe('a launch that EC2 refuses', () => {
  it('names what is wrong with its parameters', async () => {
    const { run } = await simulate();
    const codes = async (input: Partial<RunInstancesCommandInput>) =>
      run(input).then(
        () => 'launched',
        (error: Error) => error.name,
      );
    expect(await codes({ ImageId: 'ami-0123456789abcdef0' })).toBe('InvalidAMIID.NotFound');
    expect(await codes({ ImageId: 'cisco' })).toBe('InvalidAMIID.Malformed');
    expect(await codes({ SubnetId: 'subnet-0123456789abcdef0' })).toBe('InvalidSubnetID.NotFound');
    expect(await codes({ SecurityGroupIds: ['default'] })).toBe('InvalidGroupId.Malformed');
    expect(await codes({ ClientToken: 'x'.repeat(65) })).toBe('InvalidParameterValue');
    expect(await codes({ MinCount: 2 })).toBe('InvalidParameterValue');
    expect(await codes({ UserData: Buffer.alloc(16_385).toString('base64') })).toBe('InvalidParameterValue');
    expect(await codes({ DryRun: true })).toBe('DryRunOperation');
    expect(await codes({ CpuOptions: { NestedVirtualization: 'enabled' } })).toBe('UnsupportedOperation');
  });

  it('lacks capacity in the zones and for the types that are short', async () => {
    const { capacity, run, look } = await simulate();
    capacity.set({ short: [{ type: 'm5zn.metal', zone: 'us-east-1a' }] });
    await expect(run()).rejects.toMatchObject({ name: 'InsufficientInstanceCapacity' });
    await expect(run({ InstanceType: 'c5.metal' })).resolves.toHaveLength(1);
    const { SubnetId: _, ...anywhere } = metal;
    const [id = ''] = await run({ ...anywhere, SubnetId: undefined });
    expect((await look(id))?.Placement?.AvailabilityZone).toBe('us-east-1b');
  });

  it('would exceed the limit on vCPUs', async () => {
    const { run } = await simulate({ capacity: { short: [], vcpuLimit: 100 } });
    expect(await run({ MaxCount: 5 })).toHaveLength(2);
    await expect(run()).rejects.toMatchObject({ name: 'VcpuLimitExceeded' });
  });
});

describe('looking at instances', () => {
  it('finds them by tag, state, type, image and token', async () => {
    const { clock, ec2, run } = await simulate();
    const tagged = await run({
      ClientToken: 'abc',
      TagSpecifications: [
        { ResourceType: 'instance', Tags: [{ Key: 'lcm:worker_id', Value: 'w-1 <&> "x"' }] },
        { ResourceType: 'volume', Tags: [{ Key: 'disk', Value: 'yes' }] },
      ],
    });
    await clock.advance(60_000);
    await run({ InstanceType: 'm8i.4xlarge', CpuOptions: { NestedVirtualization: 'enabled' } });
    const find = async (Name: string, ...Values: string[]) => {
      const { Reservations = [] } = await ec2.send(
        new DescribeInstancesCommand({ Filters: [{ Name, Values }] }),
      );
      return Reservations.flatMap(({ Instances = [] }) => Instances);
    };
    expect(await find('tag:lcm:worker_id', 'w-1*')).toMatchObject([
      { InstanceId: tagged[0], Tags: [{ Key: 'lcm:worker_id', Value: 'w-1 <&> "x"' }] },
    ]);
    expect(await find('tag-key', 'lcm:worker_id')).toHaveLength(1);
    expect(await find('instance-state-name', 'running')).toHaveLength(1);
    expect(await find('instance-state-name', 'running', 'pending')).toHaveLength(2);
    expect(await find('instance-type', 'm8i.*')).toMatchObject([
      { CpuOptions: { NestedVirtualization: 'enabled' } },
    ]);
    expect(await find('image-id', imageId)).toHaveLength(2);
    expect(await find('client-token', 'abc')).toHaveLength(1);
    await expect(find('colour', 'red')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('gives long lists in pages, each instance once though others end meanwhile', async () => {
    const { ec2, run } = await simulate();
    const ids = await run({ MinCount: 23, MaxCount: 23, InstanceType: 'm5.large' });
    const seen: string[] = [];
    for await (const { Reservations = [] } of paginateDescribeInstances({ client: ec2, pageSize: 10 }, {})) {
      seen.push(
        ...Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId = '' }) => InstanceId)),
      );
      await ec2.send(new TerminateInstancesCommand({ InstanceIds: ids.slice(0, 5) }));
    }
    expect(seen).toEqual(ids);
  });

  it('shows each region its own', async () => {
    const { clientIn, run } = await simulate();
    const InstanceIds = await run();
    const elsewhere = clientIn('eu-west-1');
    expect((await elsewhere.send(new DescribeInstancesCommand({}))).Reservations).toEqual([]);
    await expect(elsewhere.send(new TerminateInstancesCommand({ InstanceIds }))).rejects.toMatchObject({
      name: 'InvalidInstanceID.NotFound',
    });
  });

  it('does not see a fresh instance at once where EC2 is eventually consistent', async () => {
    const { clock, ec2, run, look } = await simulate({ visibilityLagMs: 5_000 });
    const [id = ''] = await run({ ClientToken: 'abc' });
    await expect(look(id)).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' });
    expect((await ec2.send(new DescribeInstancesCommand({}))).Reservations).toEqual([]);
    await clock.advance(5_000);
    expect((await look(id))?.InstanceId).toBe(id);
  });

  it('tells the health of what runs, or of everything', async () => {
    const { clock, ec2, run } = await simulate();
    await run();
    const health = async (IncludeAllInstances: boolean) => {
      const answer = await ec2.send(new DescribeInstanceStatusCommand({ IncludeAllInstances }));
      return answer.InstanceStatuses?.map((each) => each.InstanceStatus?.Status);
    };
    expect(await health(false)).toEqual([]);
    expect(await health(true)).toEqual(['not-applicable']);
    await clock.advance(60_000);
    expect(await health(false)).toEqual(['initializing']);
    await clock.advance(600_000);
    expect(await health(false)).toEqual(['ok']);
  });
});

describe('tags', () => {
  it('are set, replaced, listed and taken off', async () => {
    const { ec2, run } = await simulate();
    const Resources = await run({
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a', Value: '1' }] }],
    });
    const Tags = [
      { Key: 'a', Value: '2' },
      { Key: 'b', Value: '' },
    ];
    await ec2.send(new CreateTagsCommand({ Resources, Tags }));
    const listed = await ec2.send(new DescribeTagsCommand({ Filters: [{ Name: 'key', Values: ['a'] }] }));
    expect(listed.Tags).toEqual([
      { Key: 'a', Value: '2', ResourceId: Resources[0], ResourceType: 'instance' },
    ]);
    await ec2.send(new DeleteTagsCommand({ Resources, Tags: [{ Key: 'a', Value: 'other' }, { Key: 'b' }] }));
    expect((await ec2.send(new DescribeTagsCommand({}))).Tags?.map(({ Key }) => Key)).toEqual(['a']);
  });
});

describe('the catalogue', () => {
  it('has CML images that are found by name pattern and owner, with their dates', async () => {
    const { ec2 } = await simulate();
    const find = async (pattern: string) => {
      const Filters = [{ Name: 'name', Values: [pattern] }];
      return (await ec2.send(new DescribeImagesCommand({ Owners: ['self'], Filters }))).Images ?? [];
    };
    expect(await find('cisco-cml2.8*')).toHaveLength(2);
    const newest = (await find('cisco-cml2.9*')).sort((a, b) =>
      String(b.CreationDate).localeCompare(String(a.CreationDate)),
    )[0];
    expect(newest?.ImageId).toBe(imageId);
    expect(await find('ubuntu*')).toEqual([]);
  });

  it('says which types can nest virtualization', async () => {
    const { ec2 } = await simulate();
    const { InstanceTypes } = await ec2.send(
      new DescribeInstanceTypesCommand({ InstanceTypes: ['m5zn.metal', 'm8i.4xlarge'] }),
    );
    expect(InstanceTypes).toMatchObject([
      { BareMetal: true, VCpuInfo: { DefaultVCpus: 48 }, MemoryInfo: { SizeInMiB: 196_608 } },
      { BareMetal: false, VCpuInfo: { DefaultVCpus: 16 }, MemoryInfo: { SizeInMiB: 65_536 } },
    ]);
    expect(InstanceTypes?.map((type) => type.ProcessorInfo?.SupportedFeatures ?? [])).toEqual([
      [],
      ['nested-virtualization'],
    ]);
  });

  it('has regions with three zones and a subnet in each', async () => {
    const { ec2 } = await simulate();
    expect((await ec2.send(new DescribeRegionsCommand({}))).Regions).toContainEqual(
      expect.objectContaining({ RegionName: 'eu-west-1' }),
    );
    const zones = await ec2.send(new DescribeAvailabilityZonesCommand({}));
    expect(zones.AvailabilityZones?.map(({ ZoneName }) => ZoneName)).toEqual([
      'us-east-1a',
      'us-east-1b',
      'us-east-1c',
    ]);
    const subnets = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [subnetB] }));
    expect(subnets.Subnets).toMatchObject([{ SubnetId: subnetB, AvailabilityZone: 'us-east-1b' }]);
  });
});
