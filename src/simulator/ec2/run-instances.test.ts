import { type RunInstancesCommandInput, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { metal, simulate, subnetB } from './ec2.fixture.ts';

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
