import type { Kind } from '@lcm/core/domain/kinds.ts';
import type { LoggedEvent, Stored } from '@lcm/core/spi/state-store.ts';
import type { FieldValue } from '../state-store/field-value.ts';
import { type StoredShapes, upcast } from '../state-store/stored-shape.ts';

/** A row as a driver gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** The document in a row, its state in today's shape. */
export function documentOf<State>(kind: Kind, shapes: StoredShapes, row: Row): Stored<State> {
  const id = text(row, 'id');
  const state = upcast(shapes[kind], kind, id, number(row, 'shape'), JSON.parse(text(row, 'state')));
  return {
    kind,
    id,
    version: number(row, 'version'),
    state: state as State,
    fences: JSON.parse(text(row, 'fences')),
  };
}

/** The event in a row. */
export function eventOf(row: Row): LoggedEvent {
  const event: LoggedEvent = {
    cursor: number(row, 'position'),
    kind: text(row, 'kind') as Kind,
    id: text(row, 'id'),
    seq: number(row, 'seq'),
    version: number(row, 'version'),
    type: text(row, 'type'),
    at: text(row, 'occurred_at'),
    by: text(row, 'caused_by'),
    data: JSON.parse(text(row, 'data')),
  };
  return row['correlation_id'] === null ? event : { ...event, correlationId: text(row, 'correlation_id') };
}

/** @throws Error where the column holds something else, that is, where the file was tampered with */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new Error(`column ${column} holds no text`);
  return value;
}

/** @throws Error where the column holds something else */
export function number(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new Error(`column ${column} holds no number`);
  return value;
}

/** The value of a sort field. @throws Error where the column holds something else */
export function place(row: Row): FieldValue {
  return typeof row['place'] === 'number' ? row['place'] : text(row, 'place');
}
