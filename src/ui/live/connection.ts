/** How the page stands with the server. `retryAt` in milliseconds since the epoch, this machine's clock. */
export type ConnectionState =
  | { kind: 'connecting' }
  | { kind: 'live' }
  | { kind: 'waiting'; retryAt: number; why: string }
  | { kind: 'signedOut' };

export interface Connection {
  state: ConnectionState;
  /** Nothing was heard for so long that what is shown may be out of date. */
  stale: boolean;
  /** When something was last heard; milliseconds since the epoch, this machine's clock. */
  heardAt: number | undefined;
  /** Whether a first snapshot has come in completely. */
  loaded: boolean;
  /** What to add to this machine's clock to get the server's, in milliseconds. */
  serverOffsetMs: number;
}

/** The one place where the connection's state is kept; the badge and the clocks look at it. */
export class ConnectionStore {
  #now: Connection = {
    state: { kind: 'connecting' },
    stale: false,
    heardAt: undefined,
    loaded: false,
    serverOffsetMs: 0,
  };
  #watchers = new Set<() => void>();

  get = (): Connection => this.#now;

  watch = (call: () => void): (() => void) => {
    this.#watchers.add(call);
    return () => this.#watchers.delete(call);
  };

  set(change: Partial<Connection>): void {
    this.#now = { ...this.#now, ...change };
    for (const call of [...this.#watchers]) call();
  }
}
