import type { Instance as Ec2Instance } from '@aws-sdk/client-ec2';
import type { Instance } from '@lcm/core/spi/cloud-provider.ts';

/** An instance of EC2 in our words; undefined where EC2 left out what makes one. */
export function instanceOf(described: Ec2Instance): Instance | undefined {
  const { InstanceId: instanceId, State, InstanceType: type, ImageId: imageId } = described;
  const state = State?.Name;
  if (!instanceId || !state) return undefined;
  return {
    instanceId,
    state,
    type: type ?? '',
    imageId: imageId ?? '',
    zone: described.Placement?.AvailabilityZone,
    publicIp: described.PublicIpAddress,
    privateIp: described.PrivateIpAddress,
    launchedAt: described.LaunchTime?.toISOString(),
    clientToken: described.ClientToken,
    tags: Object.fromEntries((described.Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''])),
  };
}
