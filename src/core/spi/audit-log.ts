import type { Page } from './state-store.ts';

/** A row of the audit log: what it is searched by, and the entry itself. */
export interface AuditRow {
  /** The entry's id: a row of the same id is there once. */
  id: string;
  at: string;
  outcome: string;
  operation: string;
  /** `<issuer>|<subject>` of who did it. */
  account: string;
  /** Of the resource; empty where there is none. */
  kind: string;
  resourceId: string;
  correlationId: string;
  /** The entry as canonical JSON, its personal fields sealed. */
  body: string;
  /** Keyed hash of id and body: shows that this system wrote it. */
  mark: string;
}

/** A row as it was received. */
export interface ReceivedRow extends AuditRow {
  /** Grows with every row, gaps are possible. */
  received: number;
}

/** The place of a row in the chain. */
export interface Link {
  /** Counts from 1 without gaps. */
  place: number;
  /** UTC day under which it was chained, e.g. `2026-03-01`; never before that of the place before. */
  day: string;
  rowId: string;
  /** Hash over the link before and the row. */
  hash: string;
}

/** A day whose rows are complete: it cannot be added to, and is dropped whole. */
export interface DaySeal {
  day: string;
  firstPlace: number;
  lastPlace: number;
  /** Hash of the last link. */
  root: string;
  /** Root of the day before; empty for the first. */
  previousRoot: string;
  sealedAt: string;
  /** What only this system can have written over the fields above. */
  proof: string;
  /** Since when its rows are gone, and the proof that this system dropped them. */
  dropped?: { at: string; proof: string };
}

/** Which rows; all conditions hold. */
export interface AuditQuery {
  /** Any of them. */
  accounts?: readonly string[] | undefined;
  operation?: string | undefined;
  outcome?: string | undefined;
  kind?: string | undefined;
  resourceId?: string | undefined;
  correlationId?: string | undefined;
  /** `from` included, `to` not. */
  from?: string | undefined;
  to?: string | undefined;
  /** Opaque; from the page before. */
  cursor?: string | undefined;
  limit: number;
}

/**
 * Rows that are added and never changed, a chain over them, and seals over days of the chain. Rows are appended by
 * whoever has some, without waiting for each other; the chain is made afterwards.
 * All methods @throws Refusal `unavailable` where it cannot be reached.
 */
export interface AuditLog {
  /** Durable when it resolves. Rows whose id is there already are passed over. */
  append(rows: readonly AuditRow[]): Promise<void>;
  /** Newest first. @throws Refusal `invalid` for a cursor that is none */
  list(query: AuditQuery): Promise<Page<ReceivedRow>>;
  /** Rows without a link that were received after that number, in the order received. */
  unchained(afterReceived: number, limit: number): Promise<ReceivedRow[]>;
  /**
   * Adds the links and keeps the note `head` with them, all or nothing; whether it did: not where one of the places
   * is taken by now.
   */
  chain(links: readonly Link[], head: string): Promise<boolean>;
  /** Links after the place, in order, each with its row unless that is gone. */
  chained(afterPlace: number, limit: number): Promise<{ link: Link; row?: AuditRow | undefined }[]>;
  lastLink(): Promise<Link | undefined>;
  /** Whether it was added: not where the day has one. */
  addSeal(seal: DaySeal): Promise<boolean>;
  /** Oldest first. */
  seals(): Promise<DaySeal[]>;
  /** Removes rows and links of a sealed day; its seal stays, and says so. */
  drop(day: string, dropped: { at: string; proof: string }): Promise<void>;
  /** A small text under a name, such as where somebody left off. */
  note(name: string): Promise<string | undefined>;
  putNote(name: string, text: string): Promise<void>;
  /** Calls back soon after something was appended here; a hint. Returns the way out. */
  onAppend(listener: () => void): () => void;
}
