import type { Kind } from '@lcm/core/domain/kinds.ts';
import type { LoggedEvent, Stored } from '@lcm/core/spi/state-store.ts';
import type { FieldValue } from '../state-store/field-value.ts';
import { type StoredShapes, upcast } from '../state-store/stored-shape.ts';

/** A row as a driver gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** A document as it stands in the database. */
export interface DocumentText {
  version: number;
  /** Number of the shape that the state is written in. */
  shape: number;
  state: string;
  fences: string;
}

/** The document in a row. */
export function documentTextOf(row: Row): DocumentText {
  return {
    version: number(row, 'version'),
    shape: number(row, 'shape'),
    state: text(row, 'state'),
    fences: text(row, 'fences'),
  };
}

/** The document that the text stands for, its state in today's shape. */
export function documentOf(
  kind: Kind,
  id: string,
  shapes: StoredShapes,
  { version, shape, state, fences }: DocumentText,
): Stored<unknown> {
  const today = upcast(shapes[kind], kind, id, shape, JSON.parse(state));
  return { kind, id, version, state: today, fences: JSON.parse(fences) };
}

/** The event in a row. */
export function eventOf(row: Row): LoggedEvent {
  const correlationId = row['correlation_id'] === null ? undefined : text(row, 'correlation_id');
  const event = {
    cursor: number(row, 'position'),
    kind: text(row, 'kind') as Kind,
    id: text(row, 'id'),
    seq: number(row, 'seq'),
    version: number(row, 'version'),
    type: text(row, 'type'),
    at: text(row, 'occurred_at'),
    by: text(row, 'caused_by'),
    ...(correlationId === undefined ? {} : { correlationId }),
  };
  return loggedEvent(text(row, 'data'), event, row['facts'] == null ? undefined : text(row, 'facts'));
}

/** The event with its data, which is read from its text when somebody looks: most readers go by the type. */
export function loggedEvent(
  data: string,
  event: Omit<LoggedEvent, 'data' | 'audit'>,
  facts: string | undefined,
): LoggedEvent {
  const logged = Object.defineProperty({ ...event, data: undefined }, 'data', {
    enumerable: true,
    get: () => JSON.parse(data),
  });
  if (facts === undefined) return logged;
  return Object.defineProperty(logged, 'audit', { enumerable: true, get: () => JSON.parse(facts) });
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
