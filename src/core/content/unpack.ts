import { strFromU8, type UnzipFileInfo, unzipSync } from 'fflate';
import { Refusal } from '../domain/refusal.ts';

const MAX_FILES = 2_000;
const MAX_FILE_BYTES = 16 * 1024 * 1024;
const MAX_TOTAL_BYTES = 64 * 1024 * 1024;
/** Text compresses up to about twenty times; far beyond it is made to fill the memory. */
const MAX_RATIO = 200;

/** The texts of a package, by their paths. */
export type PackageFiles = ReadonlyMap<string, string>;

/**
 * Unpacks the texts of a zip file (YAML, XML, JSON); other files stay packed.
 * @throws Refusal `rule` for what is no zip, for paths that lead out of it, and for files that are too many
 *   or grow too large
 */
export function unpack(bytes: Uint8Array): PackageFiles {
  let total = 0;
  let count = 0;
  const seen = new Set<string>();
  const wanted = ({ name, size, originalSize }: UnzipFileInfo): boolean => {
    checkPath(name);
    if (seen.has(name)) refuse(name, 'is in the package twice');
    seen.add(name);
    if (++count > MAX_FILES) refuse(name, `is one file more than the ${MAX_FILES} that a package may have`);
    if (originalSize > MAX_FILE_BYTES) refuse(name, `is ${originalSize} bytes, ${MAX_FILE_BYTES} at most`);
    if (originalSize > 1_000_000 && originalSize > size * MAX_RATIO)
      refuse(name, `unpacks to ${Math.round(originalSize / size)} times its size`);
    total += originalSize;
    if (total > MAX_TOTAL_BYTES) refuse(name, `makes the package larger than ${MAX_TOTAL_BYTES} bytes`);
    return /\.(ya?ml|xml|json)$/i.test(name);
  };
  const files = new Map<string, string>();
  for (const [name, content] of Object.entries(unzipped(bytes, wanted)))
    files.set(name, strFromU8(content).replace(/^\uFEFF/, ''));
  return files;
}

function unzipped(bytes: Uint8Array, filter: (file: UnzipFileInfo) => boolean): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, { filter });
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    throw new Refusal('rule', 'the package is not a zip file that can be read', {
      fields: [{ pointer: '/package', message: 'is not a zip file' }],
      cause,
    });
  }
}

function checkPath(name: string): void {
  const odd = name.startsWith('/') || /^[A-Za-z]:/.test(name) || name.includes('\\') || name.includes('\0');
  if (odd || name.split('/').includes('..')) refuse(name, 'is a path that leads out of the package');
}

/** Refuses a package because of one of its files. */
export function refuse(file: string, why: string): never {
  throw new Refusal('rule', `content package: ${file} ${why}`, {
    fields: [{ pointer: '/package', message: `${file} ${why}` }],
    facts: { file },
  });
}
