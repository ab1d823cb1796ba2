import type { AuditFacts } from '../domain/audit-entry.ts';
import type { Fences } from '../domain/fence.ts';
import type { Kind } from '../domain/kinds.ts';

/** An aggregate as it is stored. To be looked at only: all who read it may share it. */
export interface Stored<State> {
  kind: Kind;
  id: string;
  /** Starts at 1, grows by 1 with every commit. */
  version: number;
  state: State;
  fences: Fences;
}

/** An event to be appended. `data` holds the whole event, its type included. */
export interface NewEvent {
  type: string;
  at: string;
  by: string;
  data: unknown;
  correlationId?: string | undefined;
  /** With the first event of a change: what the audit wants to know of it. Forgotten once the audit log has it. */
  audit?: AuditFacts | undefined;
}

/** An event in the log. */
export interface LoggedEvent extends NewEvent {
  /** Place in the log; grows with every event, gaps are possible. */
  cursor: number;
  kind: Kind;
  id: string;
  /** Counts the events of this aggregate from 1. */
  seq: number;
  /** Version of the aggregate that the event led to. */
  version: number;
}

/** One aggregate's change: its new state together with the events that made it. */
export interface Change {
  kind: Kind;
  id: string;
  /** The version that the change was decided on; 0 for an aggregate that must not exist yet. */
  expectedVersion: number;
  state: unknown;
  fences: Fences;
  events: readonly NewEvent[];
}

/** What became of one change: its new version, or the version that was in the way. */
export type CommitOutcome =
  | { status: 'committed'; version: number }
  | { status: 'stale'; actualVersion: number };

/** A value to compare a field with: one, any of several, or a range (`from` included, `to` not). */
export type Match = string | number | boolean | readonly string[] | { from?: string; to?: string };

/**
 * Which aggregates of a kind, in which order. Fields are dotted paths that the kind declares as indexed. A
 * field that an aggregate lacks counts as the empty text: it comes first upwards, `''` finds it, no range does.
 */
export interface ListQuery {
  where?: Readonly<Record<string, Match>>;
  /** By id where absent. */
  sort?: { field: string; direction: 'asc' | 'desc' };
  /** Opaque; from the page before. */
  cursor?: string | undefined;
  /** 1 to 1,000. */
  limit: number;
}

export interface Page<T> {
  items: T[];
  /** For the next page; absent on the last. */
  nextCursor?: string | undefined;
}

/**
 * Where the truth is kept: state documents and the append-only log of events. Each change is atomic by
 * itself; the changes of one commit share a disk sync and stand or fall one by one.
 */
export interface StateStore {
  load<State>(kind: Kind, id: string): Promise<Stored<State> | undefined>;
  /** Those that exist, in the order asked for. */
  loadMany<State>(kind: Kind, ids: readonly string[]): Promise<Stored<State>[]>;
  list<State>(kind: Kind, query: ListQuery): Promise<Page<Stored<State>>>;
  count(kind: Kind, where?: ListQuery['where']): Promise<number>;
  /**
   * Durable when it resolves. One outcome per change, in order.
   * @throws Refusal `unavailable` where the store cannot be reached, `busy` where it asks to come again
   */
  commit(changes: readonly Change[]): Promise<CommitOutcome[]>;
  /** Events after the cursor, oldest first. */
  readLog(after: number, limit: number): Promise<LoggedEvent[]>;
  /** Forgets the audit facts of events up to the cursor: they are somewhere else by now. The events stay. */
  forgetAuditFacts(upTo: number): Promise<void>;
  /** The last cursor of the log; 0 where it is empty. */
  headOfLog(): Promise<number>;
  /** Events of one aggregate with a sequence number above `afterSeq`, oldest first, without audit facts. */
  history(kind: Kind, id: string, afterSeq: number, limit: number): Promise<LoggedEvent[]>;
  /** Where a reader of the log left off; 0 where it never began. */
  readCursor(reader: string): Promise<number>;
  saveCursor(reader: string, cursor: number): Promise<void>;
  /** Calls back soon after something was committed here; a hint, the log is what counts. Returns the way out. */
  onCommit(listener: () => void): () => void;
  close(): Promise<void>;
}
