import { Refusal } from '../domain/refusal.ts';
import type { Clock } from '../spi/clock.ts';
import type { Lease, StateBus } from '../spi/state-bus.ts';
import { within } from '../waiting.ts';

export interface KeptLeaseOptions {
  bus: StateBus;
  clock: Clock;
  leaseMs: number;
  marginMs: number;
  /** What hung on the lease is not surely ours any more. */
  onUnsure(): void;
}

/** A lease, and until when it can be relied on: its time since the renewal was sent off, less a margin. */
export class KeptLease {
  readonly #options: KeptLeaseOptions;
  #lease: Lease | undefined;
  /** When the last renewal that succeeded was sent off, on both clocks. */
  #renewed = { monotonic: Number.NEGATIVE_INFINITY, wall: Number.NEGATIVE_INFINITY };
  #cancelExpiry = () => {};

  constructor(options: KeptLeaseOptions) {
    this.#options = options;
  }

  get current(): Lease | undefined {
    return this.#lease;
  }

  /** Whether it surely lasts that much longer. */
  isSureFor(ms: number): boolean {
    return this.#ageMs() + ms < this.#options.leaseMs - this.#options.marginMs;
  }

  /**
   * The lease, renewed; a new one where the bus says that it is gone.
   * @throws Refusal `unavailable` where the bus does not answer: that by itself ends nothing before its time
   */
  async renew(): Promise<Lease> {
    const { bus, leaseMs } = this.#options;
    const known = this.#lease;
    if (known) {
      const sent = this.#times();
      try {
        await this.inTime('renewing the lease', known.keepAlive());
        this.#relyOn(known, sent);
        return known;
      } catch (error) {
        const gone = error instanceof Refusal && error.code === 'conflict';
        if (!gone && this.#ageMs() < leaseMs) throw error;
        this.#lose();
      }
    }
    const sent = this.#times();
    const lease = await this.inTime('asking for a lease', bus.grantLease(leaseMs));
    this.#relyOn(lease, sent);
    return lease;
  }

  /** Gives it back; everything that hangs on it is free at once. */
  async end(): Promise<void> {
    const lease = this.#lease;
    this.#lose();
    if (lease) await this.inTime('giving back the lease', lease.revoke());
  }

  /** A call to the bus that may not keep the next renewal waiting. */
  inTime<T>(what: string, call: Promise<T>): Promise<T> {
    return within(this.#options.clock, this.#options.leaseMs / 3, what, call);
  }

  #relyOn(lease: Lease, sent: { monotonic: number; wall: number }): void {
    const { clock, leaseMs, marginMs, onUnsure } = this.#options;
    this.#lease = lease;
    this.#renewed = sent;
    this.#cancelExpiry();
    // Whatever hangs in whatever call, this comes in time.
    this.#cancelExpiry = clock.after(leaseMs - marginMs - this.#ageMs(), onUnsure);
  }

  #lose(): void {
    this.#lease = undefined;
    this.#renewed = { monotonic: Number.NEGATIVE_INFINITY, wall: Number.NEGATIVE_INFINITY };
    this.#cancelExpiry();
    this.#options.onUnsure();
  }

  /** The monotonic clock of a machine may stand still while it sleeps, the other one may be set: the later counts. */
  #ageMs(): number {
    const { monotonic, wall } = this.#times();
    return Math.max(monotonic - this.#renewed.monotonic, wall - this.#renewed.wall);
  }

  #times() {
    return { monotonic: this.#options.clock.monotonic(), wall: this.#options.clock.now() };
  }
}
