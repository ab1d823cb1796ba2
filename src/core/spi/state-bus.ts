/** What a key of the bus holds: small, without secrets, with the version of the aggregate it stands for. */
export interface Projected {
  version: number;
  [field: string]: unknown;
}

export interface BusEntry {
  key: string;
  value: Projected;
  /** Revision of the bus at which the key was last written. */
  revision: number;
}

export interface BusEvent {
  type: 'put' | 'delete';
  key: string;
  /** Absent for a delete. */
  value?: Projected | undefined;
  revision: number;
}

/** The revisions asked for are gone: list again and watch from there. */
export class CompactedError extends Error {
  readonly compactRevision: number;

  constructor(compactRevision: number) {
    super(`revisions up to ${compactRevision} have been compacted away`);
    this.name = 'CompactedError';
    this.compactRevision = compactRevision;
  }
}

/** A promise to be alive, to be renewed before its time is over. */
export interface Lease {
  id: string;
  /** Renews it for its whole time. @throws Refusal `conflict` when it is lost already, `unavailable` when the bus cannot be reached */
  keepAlive(): Promise<void>;
  /** Gives it up; every key bound to it goes. */
  revoke(): Promise<void>;
}

/**
 * Coordination: a copy of every live state under `/lcm/…`, watched by controllers, and leases. Everything in
 * it can be rebuilt from the store. After etcd: https://etcd.io/docs/v3.6/learning/api/
 */
export interface StateBus {
  /** Changes when revisions start anew, so that a revision of another life is never mistaken for one of this. */
  readonly epoch: string;
  get(key: string): Promise<BusEntry | undefined>;
  /** All entries under the prefix, and the revision of the bus at which they were read. */
  list(prefix: string): Promise<{ entries: BusEntry[]; revision: number }>;
  /** Writes the value unless the key holds the same or a newer version. Whether it was written. */
  project(key: string, value: Projected): Promise<boolean>;
  /** Removes the key unless it holds a version newer than `version`. */
  remove(key: string, version: number): Promise<void>;
  /**
   * Events under the prefix after the revision, in order, without gaps, in batches; ends when the signal is
   * aborted. @throws CompactedError when the revisions are gone
   */
  watch(prefix: string, afterRevision: number, signal: AbortSignal): AsyncIterable<BusEvent[]>;
  /** @param ttlMs milliseconds without renewal after which it ends */
  grantLease(ttlMs: number): Promise<Lease>;
  /**
   * Creates the key bound to the lease if nobody has it. `createRevision` is that of the key as it stands,
   * `held` whether this lease has it: the pair is a fencing token.
   */
  acquire(key: string, holder: string, lease: Lease): Promise<{ held: boolean; createRevision: number }>;
  /** Deletes a key that this lease holds. */
  relinquish(key: string, lease: Lease): Promise<void>;
  close(): Promise<void>;
}
