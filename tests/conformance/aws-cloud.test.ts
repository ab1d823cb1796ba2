import { awsCloudProvider } from '@lcm/adapters/aws/cloud-provider.ts';
import { fetchRequestHandler } from '@lcm/adapters/aws/fetch-request-handler.ts';
import type { LaunchAttempt } from '@lcm/core/domain/worker-state.ts';
import { workerTemplate } from '@lcm/core/domain/worker-template.ts';
import { buildCloud } from '@lcm/simulator/cloud.ts';
import { defaultCloudOptions } from '@lcm/simulator/options.ts';
import { virtualWorld } from '@lcm/simulator/virtual-world.ts';
import { afterEach, describe, expect, it } from 'vitest';

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

const template = workerTemplate.parse({
  id: 'metal',
  name: 'metal',
  region: 'us-east-1',
  instanceType: 'm5zn.metal',
  virtualization: 'metal',
  amiNamePattern: 'cisco-cml2.9*',
  cpuCores: 48,
  memoryGb: 192,
  storageGb: 500,
  licenceType: 'ENTERPRISE',
  costPerHourUsd: 4,
  deleted: false,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
});
const tags = { 'lcm:installation': 'test', 'lcm:worker_id': 'w-1' };
const region = 'us-east-1';

/** The adapter, with the real SDK, on the simulated cloud in this process and on virtual time. */
async function open(options: Partial<typeof defaultCloudOptions> = {}) {
  const world = virtualWorld();
  const place = { publicUrl: 'http://sim', block: 77, network: false, onProblem: () => {} };
  const cloud = await buildCloud(world, { ...defaultCloudOptions, ...options }, place);
  ending.push(() => cloud.close());
  const requestHandler = fetchRequestHandler(async (url, init) => {
    const { pathname, search } = new URL(url);
    const answer = await cloud.app.inject({
      method: init.method === 'GET' ? 'GET' : 'POST',
      url: pathname + search,
      headers: Object.fromEntries(new Headers(init.headers)),
      payload: Buffer.from(await new Response(init.body ?? '').arrayBuffer()),
    });
    return new Response(answer.body, { status: answer.statusCode, headers: { 'content-type': 'x/y' } });
  });
  const provider = awsCloudProvider({
    installation: 'test',
    clock: world.clock,
    endpointBase: 'http://sim',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
    attempts: 1,
    requestHandler,
  });
  ending.push(() => provider.close());
  const attempt = async (
    workerId = 'w-1',
    number = 1,
    avoidZones: string[] = [],
  ): Promise<LaunchAttempt> => ({
    ...(await provider.resolve(template, workerId, number, avoidZones)),
    requestedAt: '2026-01-01T00:00:00.000Z',
  });
  return { world, cloud, provider, attempt };
}

describe('the AWS cloud provider', () => {
  it('resolves a launch to the newest image that matches, in a zone that is not to be avoided', async () => {
    const { attempt } = await open();
    const first = await attempt();
    expect(first.imageId).toBe((await attempt('w-2')).imageId);
    const second = await attempt('w-1', 2, [first.zone ?? '']);
    expect(second.zone).not.toBe(first.zone);
    expect(second.clientToken).not.toBe(first.clientToken);
    expect((await attempt()).clientToken).toBe(first.clientToken);
  });

  it('says that no image matches, and that there is no such subnet', async () => {
    const { provider } = await open();
    const nothing = provider.resolve({ ...template, amiNamePattern: 'nothing*' }, 'w-1', 1);
    await expect(nothing).rejects.toMatchObject({ name: 'LaunchRefused', reason: 'invalid' });
    const nowhere = provider.resolve({ ...template, subnetId: 'subnet-00000000' }, 'w-1', 1);
    await expect(nowhere).rejects.toMatchObject({ name: 'LaunchRefused', reason: 'invalid' });
  });

  it('launches one instance however often the attempt is repeated', async () => {
    const { provider, attempt } = await open();
    const launched = await provider.launch(region, await attempt(), tags, '#cloud-config');
    const again = await provider.launch(region, await attempt(), tags, '#cloud-config');
    expect(again.instanceId).toBe(launched.instanceId);
    expect(await provider.findByTags(region, tags)).toMatchObject([{ state: 'pending', tags }]);
    const different = provider.launch(region, await attempt(), tags, 'other');
    await expect(different).rejects.toMatchObject({ reason: 'mismatch' });
  });

  it('tells a zone without capacity from a launch that can never be', async () => {
    const { cloud, provider, attempt } = await open();
    const wanted = await attempt();
    cloud.capacity.set({ short: [{ zone: wanted.zone ?? '' }] });
    await expect(provider.launch(region, wanted, tags)).rejects.toMatchObject({ reason: 'noCapacity' });
    cloud.capacity.set({ short: [], vcpuLimit: 2 });
    await expect(provider.launch(region, wanted, tags)).rejects.toMatchObject({ reason: 'limit' });
    cloud.capacity.set({ short: [] });
    const nested = { ...wanted, nestedVirtualization: true };
    await expect(provider.launch(region, nested, tags)).rejects.toMatchObject({ reason: 'unsupported' });
  });

  it('stops, starts and terminates, and terminating what is gone is done already', async () => {
    const { world, provider, attempt } = await open();
    const { instanceId } = await provider.launch(region, await attempt(), tags);
    await world.clock.advance(60_000);
    expect(await provider.describe(region, instanceId)).toMatchObject({
      state: 'running',
      type: 'm5zn.metal',
    });
    await provider.stop(region, instanceId);
    await world.clock.advance(60_000);
    expect(await provider.describe(region, instanceId)).toMatchObject({ state: 'stopped' });
    await provider.start(region, instanceId);
    await world.clock.advance(60_000);
    await provider.terminate(region, instanceId);
    await provider.terminate(region, instanceId);
    await provider.terminate(region, 'i-00000000000000000');
    await world.clock.advance(60_000);
    expect(await provider.describe(region, instanceId)).toMatchObject({ state: 'terminated' });
    expect(await provider.describe(region, 'i-00000000000000000')).toBeUndefined();
    await expect(provider.start(region, instanceId)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('knows an instance in its own region only', async () => {
    const { provider, attempt } = await open();
    const { instanceId } = await provider.launch(region, await attempt(), tags);
    expect(await provider.describe('eu-west-1', instanceId)).toBeUndefined();
    expect(await provider.findByTags('eu-west-1', tags)).toEqual([]);
  });

  it('finds all instances of an installation, though EC2 gives a thousand at most at once', async () => {
    const { provider, attempt, cloud } = await open();
    const { imageId, zone = '', subnetId = '' } = await attempt();
    const wish = { region, zone, subnetId, vpcId: 'vpc-1', imageId, type: 't3.micro', securityGroupIds: [] };
    for (const count of [600, 600])
      cloud.instances.launch({ ...wish, tags, nestedVirtualization: false }, count);
    expect(await provider.findByTags(region, tags)).toHaveLength(1_200);
  });

  it('measures hundreds of instances at once', async () => {
    const { world, provider, attempt } = await open();
    const { instanceId } = await provider.launch(region, await attempt(), tags);
    await world.clock.advance(30 * 60_000);
    const strangers = Array.from({ length: 400 }, (_, index) => `i-${String(index).padStart(17, '0')}`);
    const measured = await provider.metrics(region, [...strangers, instanceId]);
    expect([...measured.keys()]).toEqual([instanceId]);
    expect(measured.get(instanceId)).toMatchObject({
      cpuPercent: expect.any(Number),
      networkInBytes: expect.any(Number),
      networkOutBytes: expect.any(Number),
    });
  });

  it('gives what can be tried again as a refusal with a stable code', async () => {
    const { cloud, provider } = await open();
    cloud.faults.setPlan({ seed: 1, services: { ec2: { error: 1 } } });
    await expect(provider.findByTags(region, tags)).rejects.toMatchObject({
      code: expect.stringMatching(/^(busy|unavailable)$/),
    });
  });
});
