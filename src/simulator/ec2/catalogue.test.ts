import {
  DescribeAvailabilityZonesCommand,
  DescribeImagesCommand,
  DescribeInstanceTypesCommand,
  DescribeRegionsCommand,
  DescribeSubnetsCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { imageId, simulate, subnetB } from './ec2.fixture.ts';

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
