import type { ContentPackage } from './content-package.ts';
import { readLegacyPackage } from './legacy-layout.ts';
import { readPav1Package } from './pav1-layout.ts';
import { refuse, unpack } from './unpack.ts';

/**
 * Reads a content package from the bytes of its zip file. Where a package has both layouts, PAv1 wins, as
 * it does while content moves from the one to the other (reference 03, section 4.1).
 * @throws Refusal `rule` that names the file which is missing or wrong
 */
export function readPackage(bytes: Uint8Array): ContentPackage {
  const files = unpack(bytes);
  if ([...files.keys()].some((name) => name.startsWith('PAv1/'))) return readPav1Package(files);
  const root = rootOf(files.keys());
  if (root === undefined)
    refuse('cml.yaml', 'is missing, and so is PAv1/manifest.yaml: this is neither layout');
  const inside = [...files].filter(([name]) => name.startsWith(root));
  return readLegacyPackage(new Map(inside.map(([name, text]) => [name.slice(root.length), text])));
}

/** The folder that holds the topology: the root, or the only folder in it. */
function rootOf(names: Iterable<string>): string | undefined {
  const topologies = [...names].filter((name) => /^([^/]+\/)?cml\.ya?ml$/i.test(name));
  const [first] = topologies.toSorted((one, other) => one.length - other.length);
  return first?.slice(0, first.lastIndexOf('/') + 1);
}
