import { StartInstancesCommand, StopInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { simulate } from './ec2.fixture.ts';

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
