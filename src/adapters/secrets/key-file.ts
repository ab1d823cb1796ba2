import { closeSync, existsSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { readPrivateFile } from './read-private-file.ts';
import { newSecretKey, type SecretKey, secretKeys, writtenKeys } from './secret-key.ts';

/**
 * The keys in a file of this installation's own; made with a first key where there is none.
 * @throws Refusal `unavailable` where others may read it, `invalid` where it holds no keys
 */
export function ownKeys(file: string): readonly [SecretKey, ...SecretKey[]] {
  if (!existsSync(file)) {
    const key = newSecretKey();
    writeOwnKeys(file, [key]);
    return [key];
  }
  return secretKeys(readPrivateFile(file), file);
}

/** Puts the keys in place of those in the file: at any moment it holds the one or the other, for its owner's eyes alone. */
export function writeOwnKeys(file: string, keys: readonly SecretKey[]): void {
  const next = `${file}.next`;
  const open = openSync(next, 'w', 0o600);
  try {
    writeFileSync(open, REMARK + writtenKeys(keys));
    fsyncSync(open);
  } finally {
    closeSync(open);
  }
  renameSync(next, file);
}

const REMARK =
  '# Opens what the database keeps sealed: keep it, and keep it apart from copies of the database.\n';
