import { type FieldValue, fieldOf } from '../state-store/field-value.ts';
import type { StoredShape } from '../state-store/stored-shape.ts';

/** A field of the state, copied into a column so that filters and indexes need not read the document. */
export interface FieldColumn {
  field: string;
  column: string;
}

const known = new WeakMap<StoredShape, readonly FieldColumn[]>();

/** The columns of a kind, one per field that it may be listed by. */
export function fieldColumns(shape: StoredShape): readonly FieldColumn[] {
  const columns = known.get(shape) ?? columnsOf(shape);
  known.set(shape, columns);
  return columns;
}

/** The column of the field at a dotted path. */
export const columnOf = (field: string): string => `field_${field.replaceAll(/\W/g, '_')}`;

/** What stands in these columns for a state. */
export function fieldValues(columns: readonly FieldColumn[], state: unknown): FieldValue[] {
  return columns.map(({ field }) => fieldOf(state, field));
}

const columnsOf = (shape: StoredShape): FieldColumn[] =>
  [...new Set(shape.indexes.flat())].map((field) => ({ field, column: columnOf(field) }));
