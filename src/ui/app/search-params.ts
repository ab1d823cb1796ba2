/** Everything in an address is plain text, as a person would write it: `?state=RUNNING,READY`. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

/** The address part that says it; what is undefined is left out. */
export function stringifySearch(search: Record<string, unknown>): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) if (value !== undefined) parts.set(name, String(value));
  return parts.size > 0 ? `?${parts.toString().replaceAll('%2C', ',')}` : '';
}

/** No part of an address is longer. */
const MOST = 500;

/** Reads the named parts of an address; empty, overlong and unknown ones are left out. */
export function partsOf<const Name extends string>(
  ...names: Name[]
): (search: Record<string, unknown>) => { [N in Name]?: string | undefined } {
  return (search) => {
    const parts: { [N in Name]?: string | undefined } = {};
    for (const name of names) {
      const text = search[name];
      if (typeof text === 'string' && text !== '' && text.length <= MOST) parts[name] = text;
    }
    return parts;
  };
}

/**
 * What the address of every list says: `state`s, comma separated; `q`, text that must be in it; `sort`;
 * chosen `cols`, comma separated; the id of the row whose `peek` is open.
 */
export const listSearch = partsOf('state', 'q', 'sort', 'cols', 'peek');
export type ListSearch = ReturnType<typeof listSearch>;

/** The words of a comma separated part. */
export const wordsOf = (text: string | undefined): string[] => text?.split(',').filter(Boolean) ?? [];

/** The words as a part of the address; undefined, so that it is left out, where there are none. */
export const partOf = (words: readonly string[]): string | undefined => words.join(',') || undefined;
