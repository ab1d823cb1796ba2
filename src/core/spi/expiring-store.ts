/** A record as it was read. */
export interface ExpiringRecord<Value = unknown> {
  id: string;
  value: Value;
  /** Starts at 1, grows with every write of this record. */
  version: number;
  /** Milliseconds since the epoch; never where absent. */
  expiresAt?: number | undefined;
}

/** With what a record is written. */
export interface ExpiringTerms {
  /** Milliseconds since the epoch after which it is as if it had never been; never where absent. */
  expiresAt?: number | undefined;
  /** Words by which it can be found besides its id, such as `{account: 'u-1'}`. */
  index?: Readonly<Record<string, string>>;
  /** Writes only over that version; 0 for a record that must not be there. Any where absent. */
  ifVersion?: number;
}

/** Where a record is. */
export interface ExpiringPlace {
  collection: string;
  id: string;
}

/**
 * Small records that end by themselves and are no part of the system's history: login sessions, grants and codes
 * of the embedded identity provider, tokens that were used. JSON values in named collections.
 * All methods @throws Refusal `unavailable` where the store cannot be reached.
 */
export interface ExpiringStore {
  /** The record, unless its time is over. */
  get<Value>(collection: string, id: string): Promise<ExpiringRecord<Value> | undefined>;
  /** Whether it was written: not where `ifVersion` is another's by now. An index left out is an index taken away. */
  put(collection: string, id: string, value: unknown, terms?: ExpiringTerms): Promise<boolean>;
  /** Whether this call removed it: of several at once, one did. */
  remove(collection: string, id: string): Promise<boolean>;
  /** Those with that word in their index, by id, at most 1,000. */
  findBy<Value>(collection: string, field: string, word: string): Promise<ExpiringRecord<Value>[]>;
  /** Removes those with that word in their index; how many. */
  removeBy(collection: string, field: string, word: string): Promise<number>;
  /** Every record after that one, by collection and id, at most 1,000; from the first where absent. */
  walk(after?: ExpiringPlace): Promise<(ExpiringRecord & ExpiringPlace)[]>;
  /** Writes another value over that version; end and index stay. Whether it was written. */
  rewrite(place: ExpiringPlace, value: unknown, ifVersion: number): Promise<boolean>;
  close(): Promise<void>;
}
