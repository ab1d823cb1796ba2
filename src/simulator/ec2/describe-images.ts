import type { Ec2Action } from './call.ts';
import { Ec2Error } from './errors.ts';
import { readFilters } from './filters.ts';
import { imagesIn, type MachineImage } from './images.ts';
import { accountId } from './places.ts';

/** Lists machine images by id, owner and filter. */
export const describeImages: Ec2Action = ({ query, region }) => {
  const all = imagesIn(region);
  const ids = query.texts('ImageId');
  const unknown = ids.find((id) => !all.some((image) => image.id === id));
  if (unknown) throw new Ec2Error('InvalidAMIID.NotFound', `The image id '[${unknown}]' does not exist`);
  const owners = query.texts('Owner').map((owner) => (owner === 'self' ? accountId : owner));
  const matches = readFilters<MachineImage>(query, {
    fields: {
      name: (image) => image.name,
      'image-id': (image) => image.id,
      'owner-id': (image) => image.ownerId,
      state: () => 'available',
      architecture: () => 'x86_64',
      'virtualization-type': () => 'hvm',
      'root-device-type': () => 'ebs',
    },
  });
  const imagesSet = all
    .filter((image) => ids.length === 0 || ids.includes(image.id))
    .filter((image) => owners.length === 0 || owners.includes(image.ownerId))
    .filter(matches)
    .map((image) => ({
      imageId: image.id,
      imageLocation: `${image.ownerId}/${image.name}`,
      imageState: 'available',
      imageOwnerId: image.ownerId,
      isPublic: image.ownerId !== accountId,
      architecture: 'x86_64',
      imageType: 'machine',
      name: image.name,
      description: image.description,
      creationDate: image.createdAt,
      rootDeviceType: 'ebs',
      rootDeviceName: '/dev/sda1',
      virtualizationType: 'hvm',
      hypervisor: 'xen',
      enaSupport: true,
    }));
  return { imagesSet };
};
