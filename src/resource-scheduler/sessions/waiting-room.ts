import type { Informer, InformerChange } from '@lcm/core/controller/informer.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';

/** Changes that come within this time wake the sessions once, milliseconds. */
const GATHER_MS = 100;

/** What makes no room: a ledger that only gets fuller, a worker that is only looked at. */
const NO_ROOM: readonly string[] = [
  'worker-ledger.reserved',
  'worker-ledger.ports.allocated',
  'worker.observed',
  'worker.planned',
];

/** Sessions that could not be placed: they are looked at again as soon as there may be room. */
export class WaitingRoom {
  readonly #ids = new Set<string>();
  readonly #clock: Clock;
  readonly #wake: (id: string) => void;
  #due = false;

  constructor(clock: Clock, wake: (id: string) => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  get size(): number {
    return this.#ids.size;
  }

  enter(id: string): void {
    this.#ids.add(id);
  }

  leave(id: string): void {
    this.#ids.delete(id);
  }

  /** Wakes all when something changes that may make room. The function returned ends it. */
  listenTo(informers: readonly Informer[]): () => void {
    const ends = informers.map((informer) =>
      informer.subscribe((change) => {
        if (makesRoom(change)) this.#wakeSoon();
      }),
    );
    return () => {
      for (const end of ends) end();
    };
  }

  #wakeSoon(): void {
    if (this.#due || this.#ids.size === 0) return;
    this.#due = true;
    this.#clock.after(GATHER_MS, () => {
      this.#due = false;
      for (const id of this.#ids) this.#wake(id);
    });
  }
}

function makesRoom({ type, value }: InformerChange): boolean {
  if (type === 'resync') return false;
  const events = value['events'];
  if (!Array.isArray(events) || events.length === 0) return true;
  return !events.every((event) => NO_ROOM.includes(String(event)));
}
