import { strToU8, zipSync } from 'fflate';

/** A content package for tests: the zip file of these texts by path. */
export function buildPackage(files: Record<string, string>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
}
