import { Refusal } from '../domain/refusal.ts';
import type { BusEvent, Lease, Projected, StateBus } from '../spi/state-bus.ts';

/** For tests: a bus that can be cut off, and whose watches break when told to. */
export class FlakyBus implements StateBus {
  epochSuffix = '';
  /** Nothing answers. */
  down = false;
  /** Calls never come back, neither well nor badly. */
  hanging = false;
  readonly #bus: StateBus;
  #breaks = new AbortController();
  /** Events that watches leave out, as a faulty bus might. */
  swallow: (event: BusEvent) => boolean = () => false;

  constructor(bus: StateBus) {
    this.#bus = bus;
  }

  get epoch(): string {
    return this.#bus.epoch + this.epochSuffix;
  }

  breakWatches(): void {
    this.#breaks.abort();
    this.#breaks = new AbortController();
  }

  get(key: string) {
    return this.#call(() => this.#bus.get(key));
  }
  list(prefix: string) {
    return this.#call(() => this.#bus.list(prefix));
  }
  project(key: string, value: Projected) {
    return this.#call(() => this.#bus.project(key, value));
  }
  remove(key: string, version: number) {
    return this.#call(() => this.#bus.remove(key, version));
  }

  async *watch(prefix: string, afterRevision: number, signal: AbortSignal): AsyncIterable<BusEvent[]> {
    await this.#call(async () => undefined);
    const broken = this.#breaks.signal;
    const stop = AbortSignal.any([signal, broken]);
    for await (const batch of this.#bus.watch(prefix, afterRevision, stop)) {
      if (broken.aborted) break;
      const events = batch.filter((event) => !this.swallow(event));
      if (events.length > 0) yield events;
    }
    if (broken.aborted) throw cutOff();
  }

  grantLease(ttlMs: number): Promise<Lease> {
    return this.#call(async () => {
      const lease = await this.#bus.grantLease(ttlMs);
      return {
        id: lease.id,
        keepAlive: () => this.#call(() => lease.keepAlive()),
        revoke: () => this.#call(() => lease.revoke()),
      };
    });
  }
  acquire(key: string, holder: string, lease: Lease) {
    return this.#call(() => this.#bus.acquire(key, holder, lease));
  }
  relinquish(key: string, lease: Lease) {
    return this.#call(() => this.#bus.relinquish(key, lease));
  }
  close() {
    return this.#bus.close();
  }

  #call<T>(call: () => Promise<T>): Promise<T> {
    if (this.hanging) return new Promise(() => undefined);
    return this.down ? Promise.reject(cutOff()) : call();
  }
}

const cutOff = () => new Refusal('unavailable', 'the bus cannot be reached');
