import { parseSearchWith, stringifySearchWith } from '@tanstack/react-router';
import { z } from 'zod';

/** Everything in an address is plain text, as a person would write it: `?state=RUNNING,READY`. */
export const parseSearch = parseSearchWith((text) => text);
export const stringifySearch = stringifySearchWith(String);

/** A part of the address that is left out where it is empty or not understood. */
export const word = z.string().min(1).max(500).optional().catch(undefined);

/** What the address of every list says. */
export const listSearch = z.object({
  /** States, comma separated. */
  state: word,
  /** Text that must be in it. */
  q: word,
  sort: word,
  /** Chosen columns, comma separated. */
  cols: word,
  /** Id of the row whose peek is open. */
  peek: word,
});
export type ListSearch = z.infer<typeof listSearch>;

/** The words of a comma separated part. */
export const wordsOf = (text: string | undefined): string[] => text?.split(',').filter(Boolean) ?? [];

/** The words as a part of the address; undefined, so that it is left out, where there are none. */
export const partOf = (words: readonly string[]): string | undefined => words.join(',') || undefined;
