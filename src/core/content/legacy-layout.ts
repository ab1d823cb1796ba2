import { z } from 'zod';
import type { ContentPackage } from './content-package.ts';
import { type PackageFiles, refuse } from './unpack.ts';
import { visibleDevicesOf } from './visible-devices.ts';

/** Fields of `mosaic_meta.json` that are kept (reference 02, section 4.12). */
const metadata = z
  .looseObject({
    Version: z.union([z.string(), z.number()]),
    DatePublished: z.string(),
    InstanceName: z.string(),
    FormId: z.union([z.string(), z.number()]),
  })
  .partial();

/**
 * Reads the layout of before PAv1: cml.yaml, content.xml, mosaic_meta.json. `grade.xml` is written for
 * another engine and stays in the package.
 */
export function readLegacyPackage(files: PackageFiles): ContentPackage {
  const topology = files.get('cml.yaml') ?? files.get('cml.yml');
  if (topology === undefined) refuse('cml.yaml', 'is missing');
  const content = files.get('content.xml');
  const meta = metaOf(files.get('mosaic_meta.json'));
  return {
    layout: 'legacy',
    topology,
    ...(meta['InstanceName'] ? { title: meta['InstanceName'] } : {}),
    ...(content === undefined ? {} : { visibleDevices: visibleDevicesOf(content) }),
    metadata: meta,
  };
}

function metaOf(text: string | undefined): Record<string, string> {
  if (text === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    refuse('mosaic_meta.json', `is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const read = metadata.safeParse(value);
  if (!read.success) refuse('mosaic_meta.json', read.error.issues[0]?.message ?? 'is not an object');
  const { Version, DatePublished, InstanceName, FormId } = read.data;
  const kept = Object.entries({ Version, DatePublished, InstanceName, FormId });
  return Object.fromEntries(
    kept.filter(([, field]) => field !== undefined).map(([key, field]) => [key, String(field)]),
  );
}
