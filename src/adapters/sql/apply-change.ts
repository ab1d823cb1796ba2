import type { Kind } from '@lcm/core/domain/kinds.ts';
import type { Change, CommitOutcome, LoggedEvent } from '@lcm/core/spi/state-store.ts';
import type { FieldValue } from '../state-store/field-value.ts';
import type { StoredShape } from '../state-store/stored-shape.ts';
import { fieldValues } from './field-columns.ts';
import type { KindStatements } from './kind-statements.ts';
import { logStatements } from './log-statements.ts';
import { loggedEvent, number } from './rows.ts';
import type { SqliteDatabase } from './sqlite-database.ts';
import { sqliteDialect } from './sqlite-dialect.ts';

/** A change with its documents written out, ready for the transaction. */
export interface WrittenChange {
  kind: Kind;
  id: string;
  expectedVersion: number;
  shape: number;
  state: string;
  fences: string;
  /** In the order of the kind's fields. */
  fields: FieldValue[];
  events: WrittenEvent[];
  statements: KindStatements;
}

interface WrittenEvent {
  type: string;
  at: string;
  by: string;
  data: string;
  correlationId?: string;
  audit?: string;
}

/** What became of a change, and the events that it put into the log. */
export interface Applied {
  change: WrittenChange;
  outcome: CommitOutcome;
  logged: LoggedEvent[];
}

/** Writes the documents of a change out. */
export function writeOut(change: Change, statements: KindStatements, shape: StoredShape): WrittenChange {
  const { kind, id, expectedVersion, state, fences, events } = change;
  return {
    kind,
    id,
    expectedVersion,
    shape: shape.schemaNumber,
    state: JSON.stringify(state),
    fences: JSON.stringify(fences),
    fields: fieldValues(statements.fields, state),
    events: events.map(({ type, at, by, data, correlationId, audit }) => ({
      type,
      at,
      by,
      data: JSON.stringify(data) ?? 'null',
      ...(correlationId === undefined ? {} : { correlationId }),
      ...(audit === undefined ? {} : { audit: JSON.stringify(audit) }),
    })),
    statements,
  };
}

/** Writes a change unless the aggregate is at another version; within a transaction. @throws Refusal `unavailable`, `busy` */
export function applyChange(database: SqliteDatabase, change: WrittenChange): Applied {
  if (change.expectedVersion === 0 && inserted(database, change)) {
    return append(database, change, { version: 1, lastSeq: 0 });
  }
  const current = database.get(change.statements.versionOf, change.id);
  const actualVersion = current ? number(current, 'version') : 0;
  if (!current || actualVersion !== change.expectedVersion) {
    return { change, outcome: { status: 'stale', actualVersion }, logged: [] };
  }
  const [version, lastSeq] = [actualVersion + 1, number(current, 'last_seq')];
  const columns = change.statements.fields.map(({ column }) => column);
  const changed = columns.filter((column, index) => current[column] !== change.fields[index]);
  const values = change.fields.filter((value, index) => current[columns[index] ?? ''] !== value);
  database.run(change.statements.update(changed), ...documentOf(change, version, lastSeq), ...values);
  return append(database, change, { version, lastSeq });
}

function inserted(database: SqliteDatabase, change: WrittenChange): boolean {
  const { changes } = database.run(change.statements.insert, ...documentOf(change, 1, 0), ...change.fields);
  return changes === 1;
}

/** The columns that every document has. @param lastSeq that of the aggregate's last event before */
function documentOf({ id, shape, fences, state, events }: WrittenChange, version: number, lastSeq: number) {
  return [id, version, lastSeq + events.length, shape, fences, state];
}

function append(
  database: SqliteDatabase,
  change: WrittenChange,
  { version, lastSeq }: { version: number; lastSeq: number },
): Applied {
  const { kind, id } = change;
  const logged = change.events.map(({ data, audit, ...event }, index) => {
    const { type, at, by, correlationId } = event;
    const seq = lastSeq + 1 + index;
    const row = [kind, id, seq, version, type, at, by, data, correlationId ?? null];
    const { lastKey: cursor } = database.run(APPEND, ...row);
    if (audit !== undefined) database.run(KEEP_FACTS, cursor, audit);
    return loggedEvent(data, { ...event, cursor, kind, id, seq, version }, audit);
  });
  return { change, outcome: { status: 'committed', version }, logged };
}

const { appendEvent: APPEND, keepAuditFacts: KEEP_FACTS } = logStatements(sqliteDialect);
