import { ownKeys, writeOwnKeys } from './key-file.ts';
import { keyring } from './keyring.ts';
import { type Resealed, reseal, type SealedText } from './reseal.ts';
import { newSecretKey } from './secret-key.ts';

/** What came of a rotation. */
export interface Rotated extends Resealed {
  /** Seals from now on. */
  keyId: string;
  /** Were taken out of the file, because nothing is sealed with them any more. */
  retired: string[];
}

/**
 * Makes a new key, seals everything with it, and takes the old ones out of the file once nothing needs them. A
 * rotation that was stopped, or could not open all, is finished by the next rather than begun anew: until then the
 * file holds the old keys as well. Nobody else may have the file's keys in hand meanwhile.
 */
export async function rotateOwnKeys(file: string, texts: AsyncIterable<SealedText>): Promise<Rotated> {
  const before = ownKeys(file);
  const isUnderWay = before.length > 1;
  const [first, ...others] = isUnderWay ? before : [newSecretKey(), ...before];
  // The key is kept before anything is sealed with it.
  if (!isUnderWay) writeOwnKeys(file, [first, ...others]);
  const done = await reseal(texts, keyring([first, ...others]));
  const isDone = done.failed.size === 0 && done.overtaken === 0;
  if (isDone) writeOwnKeys(file, [first]);
  return { ...done, keyId: first.id, retired: isDone ? others.map(({ id }) => id) : [] };
}
