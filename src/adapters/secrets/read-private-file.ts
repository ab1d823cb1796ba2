import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { Refusal } from '@lcm/core/domain/refusal.ts';

/** Secrets are short; what is longer is another file. */
const MOST_BYTES = 65_536;
/** Reading, writing and executing by others, and writing by the group. */
const TOO_OPEN = 0o027;

/**
 * The text of a file that keeps a secret, read anew each time, so that one who replaces it is heeded.
 * @throws Refusal `notFound`; `unavailable` where it cannot be read, is no ordinary file, or others may read or
 * change it. Never with a word of what it holds
 */
export function readPrivateFile(path: string): string {
  let file: number | undefined;
  try {
    // The file that is looked at is the one that is read, whatever happens to its name meanwhile.
    file = openSync(path, 'r');
    const stat = fstatSync(file);
    const { mode, size } = stat;
    if (!stat.isFile()) throw unusable(path, 'it is not an ordinary file');
    if (size > MOST_BYTES) throw unusable(path, `it has more than ${MOST_BYTES} bytes`);
    if ((mode & TOO_OPEN) !== 0)
      throw unusable(path, `others may read or change it (mode ${octal(mode)}): chmod o=,g-w it`);
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Refusal) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    if (code === 'ENOENT') throw new Refusal('notFound', `there is no file ${path}`, { cause });
    throw unusable(path, code, cause);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

const octal = (mode: number): string => (mode & 0o777).toString(8).padStart(4, '0');

const unusable = (path: string, why: string, cause?: unknown): Refusal =>
  new Refusal('unavailable', `cannot take a secret from ${path}: ${why}`, { cause });
