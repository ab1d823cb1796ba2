import { type Document, isScalar, Lexer, visit } from 'yaml';

// What keeps a small file from taking the parser minutes, or all of its stack.

/** Levels of collections in each other; those of CML and of content packages have half a dozen. */
const MAX_DEPTH = 50;

/** Where a text of YAML nests too deeply; undefined where it does not. Looks at words alone, before it is parsed. */
export function tooDeepIn(text: string): { what: string; line: number; col: number } | undefined {
  let [flow, compact, line] = [0, 0, 1];
  for (const word of new Lexer().lex(text)) {
    if (word === '[' || word === '{') flow++;
    else if (word === ']' || word === '}') flow--;
    else if (word === '-' || word === '?') compact++;
    else if (word === '\n' || word === '\r\n') [compact, line] = [0, line + 1];
    if (flow + compact > MAX_DEPTH)
      return { what: `collections nest more than ${MAX_DEPTH} levels deep`, line, col: 1 };
  }
  return undefined;
}

/**
 * The first key that stands twice in a map of the document, and where. For documents that were parsed with
 * `uniqueKeys: false`: the library compares each key with each, which is minutes for a file of a megabyte.
 */
export function repeatedKey(
  document: Document.Parsed,
): { name: string; offset: number | undefined } | undefined {
  let found: { name: string; offset: number | undefined } | undefined;
  visit(document, {
    Map: (_key, map) => {
      const keys = new Set<unknown>();
      for (const { key } of map.items) {
        const name = isScalar(key) ? key.value : String(key);
        if (keys.has(name)) {
          found = { name: String(name), offset: isScalar(key) ? key.range?.[0] : undefined };
          return visit.BREAK;
        }
        keys.add(name);
      }
      return undefined;
    },
  });
  return found;
}
