/**
 * How a field counts when documents are filtered and sorted, the same in every store: absent and null as the
 * empty text, true and false as 1 and 0. Numbers come before texts, texts in the order of their code points.
 */
export type FieldValue = string | number;

/** The value of the field at a dotted path. */
export function fieldOf(state: unknown, path: string): FieldValue {
  let value = state;
  for (const name of path.split('.')) {
    value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  }
  return fieldValue(value);
}

/** A value as it is compared. */
export function fieldValue(value: unknown): FieldValue {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return JSON.stringify(value);
}

/** Negative where `a` comes first, 0 where both are the same. */
export function compareFields(a: FieldValue, b: FieldValue): number {
  if (a === b) return 0;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'number') return -1;
  if (typeof b === 'number') return 1;
  // UTF-8 keeps the order of code points; the UTF-16 units that `<` compares do not.
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
