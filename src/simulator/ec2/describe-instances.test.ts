import {
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeTagsCommand,
  paginateDescribeInstances,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { imageId, simulate } from './ec2.fixture.ts';

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
