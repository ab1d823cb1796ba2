import { Refusal } from '@lcm/core/domain/refusal.ts';
import { type Keyring, keyIdOf } from './keyring.ts';

/** A sealed text where it is kept. */
export interface SealedText {
  place: string;
  sealed: string;
  /** Writes another in its place; whether it was still the one that was read. */
  replace(sealed: string): Promise<boolean>;
}

/** What came of sealing everything anew. */
export interface Resealed {
  /** Sealed anew with the keyring's first key. */
  resealed: number;
  /** Were sealed with it before, by an earlier run or because they are new. */
  current: number;
  /** Written by somebody else at the same time, and not looked at again: run it once more. */
  overtaken: number;
  /** Why those that could not be opened could not, by place. */
  failed: ReadonlyMap<string, string>;
  /** Keys by which something is sealed still; only the first where all went well. */
  keysInUse: ReadonlySet<string>;
}

/**
 * Seals every text with the keyring's first key. May be stopped at any point and begun again: what is done stays
 * done. Nothing is lost: a text that does not open is left as it is, and told.
 */
export async function reseal(texts: AsyncIterable<SealedText>, keys: Keyring): Promise<Resealed> {
  const [first] = keys.ids;
  const failed = new Map<string, string>();
  const keysInUse = new Set([first]);
  const counts = { resealed: 0, current: 0, overtaken: 0 };
  for await (const text of texts) {
    const outcome = await resealOne(text, keys);
    if (outcome instanceof Refusal) failed.set(text.place, outcome.message);
    else counts[outcome] += 1;
    const id = keyIdOf(text.sealed);
    if (id !== undefined && (outcome instanceof Refusal || outcome === 'overtaken')) keysInUse.add(id);
  }
  return { ...counts, failed, keysInUse };
}

async function resealOne(
  { place, sealed, replace }: SealedText,
  keys: Keyring,
): Promise<'current' | 'resealed' | 'overtaken' | Refusal> {
  if (keyIdOf(sealed) === keys.ids[0]) return 'current';
  let text: string;
  try {
    text = keys.open(sealed, place);
  } catch (refusal) {
    if (refusal instanceof Refusal) return refusal;
    throw refusal;
  }
  return (await replace(keys.seal(text, place))) ? 'resealed' : 'overtaken';
}
