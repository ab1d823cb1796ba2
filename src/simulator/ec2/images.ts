import { accountId } from './places.ts';
import { fixedResourceId } from './resource-id.ts';

/** A machine image; those with a CML version boot into a CML server of that version. */
export interface MachineImage {
  id: string;
  name: string;
  description: string;
  ownerId: string;
  createdAt: string;
  cmlVersion?: string;
}

/** The images that a region offers; ids differ from region to region, as at AWS, but never change. */
export function imagesIn(region: string): MachineImage[] {
  return catalogue.map((image) => ({ ...image, id: fixedResourceId('ami', `${region}/${image.name}`) }));
}

/** The image of that id in that region, if there is one. */
export function findImage(region: string, id: string): MachineImage | undefined {
  return imagesIn(region).find((image) => image.id === id);
}

const canonical = '099720109477';

const catalogue: readonly Omit<MachineImage, 'id'>[] = [
  cml('cisco-cml2.8-lablet-v0.1.5', '2.8.0+build.14', '2025-02-11T09:30:00.000Z'),
  cml('cisco-cml2.8.1-lablet-v0.1.6', '2.8.1+build.14', '2025-06-03T14:05:00.000Z'),
  cml('cisco-cml2.9-lablet-v0.1.7', '2.9.0+build.3', '2025-09-22T08:12:00.000Z'),
  cml('cisco-cml2.9-lablet-v0.1.8', '2.9.1+build.7', '2025-12-04T16:41:00.000Z'),
  {
    name: 'ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20251212',
    description: 'Canonical, Ubuntu, 24.04, amd64 noble image',
    ownerId: canonical,
    createdAt: '2025-12-12T05:22:17.000Z',
  },
];

function cml(name: string, cmlVersion: string, createdAt: string): Omit<MachineImage, 'id'> {
  const description = `Cisco Modeling Labs ${cmlVersion} with reference platforms`;
  return { name, description, ownerId: accountId, createdAt, cmlVersion };
}
