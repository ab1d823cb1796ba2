import { LaunchRefused } from '@lcm/core/spi/cloud-provider.ts';
import type { AwsClients } from './clients.ts';

/**
 * The newest available image whose name matches, by its creation date; by id where two are of the same time.
 * @param pattern as DescribeImages has it: `*` and `?`
 * @throws LaunchRefused `invalid` where none matches
 */
export async function newestImage(
  clients: AwsClients,
  region: string,
  pattern: string,
  owners: readonly string[],
): Promise<string> {
  const { sdk, client } = await clients.ec2(region);
  const pages = sdk.paginateDescribeImages(
    { client },
    {
      Owners: [...owners],
      Filters: [
        { Name: 'name', Values: [pattern] },
        { Name: 'state', Values: ['available'] },
      ],
    },
  );
  let newest: { id: string; createdAt: string } | undefined;
  for await (const page of pages) {
    for (const { ImageId: id, CreationDate: createdAt = '' } of page.Images ?? []) {
      if (!id) continue;
      if (newest && `${createdAt} ${id}` <= `${newest.createdAt} ${newest.id}`) continue;
      newest = { id, createdAt };
    }
  }
  if (newest) return newest.id;
  throw new LaunchRefused(
    'invalid',
    `no image in ${region} matches ${pattern} (owners: ${owners.join(', ')})`,
  );
}
