/**
 * The value as JSON that is the same whatever the order of keys was: sorted by UTF-16 code units and without spaces,
 * as in RFC 8785. Undefined for what JSON cannot say.
 */
export function canonicalJson(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, part) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
