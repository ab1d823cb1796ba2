import { type Fence, type Fences, pass } from '@lcm/core/domain/fence.ts';
import { type CommandOf, KINDS, type Kind, type StateOf } from '@lcm/core/domain/kinds.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Change, NewEvent, StateStore, Stored } from '@lcm/core/spi/state-store.ts';

/** How often a command is decided again after another write came first. */
const ATTEMPTS = 8;

/** With what a command comes: on which version it was decided, and who holds the partition. */
export interface Terms {
  expectedVersion?: number | undefined;
  fence?: Fence | undefined;
  correlationId?: string | undefined;
}

/** One command to one aggregate. */
export interface Order<K extends Kind> {
  kind: K;
  id: string;
  command: CommandOf<K>;
  terms?: Terms;
}

/** What became of an order: the aggregate after it, or why not. */
export type Settled<K extends Kind> = { stored: Stored<StateOf<K>> } | { refusal: Refusal };

/** Runs commands: load, decide, evolve, commit; a lost race is decided again on what is there by then. */
export class Commands {
  readonly #store: StateStore;
  readonly #clock: Clock;

  constructor(store: StateStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** @throws Refusal of the decision, `staleVersion`, `staleFence`, `busy` when the race is lost too often */
  async execute<K extends Kind>(
    kind: K,
    id: string,
    command: CommandOf<K>,
    terms: Terms = {},
  ): Promise<Stored<StateOf<K>>> {
    const [settled] = await this.executeAll([{ kind, id, command, terms }]);
    if (!settled) throw new Error('an order went unanswered');
    if ('refusal' in settled) throw settled.refusal;
    return settled.stored;
  }

  /** @throws Refusal where the command would be refused on that state; nothing is written */
  rehearse<K extends Kind>(kind: K, stored: Stored<StateOf<K>>, command: CommandOf<K>): void {
    deciderOf(kind).decide(stored.state, command, this.#clock.now());
  }

  /** Runs orders to different aggregates with one commit; each is settled by itself, in order. */
  async executeAll<K extends Kind>(orders: readonly Order<K>[]): Promise<Settled<K>[]> {
    const settled: (Settled<K> | undefined)[] = orders.map(() => undefined);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const open = [...orders.entries()].filter(([index]) => settled[index] === undefined);
      if (open.length === 0) break;
      await this.#round(open, settled);
    }
    return settled.map(
      (one, index) =>
        one ?? {
          refusal: new Refusal(
            'busy',
            `${orders[index]?.kind} ${orders[index]?.id} is written by too many at once; try again`,
          ),
        },
    );
  }

  async #round<K extends Kind>(
    open: [number, Order<K>][],
    settled: (Settled<K> | undefined)[],
  ): Promise<void> {
    const loaded = await Promise.all(
      open.map(([, order]) => this.#store.load<StateOf<K>>(order.kind, order.id)),
    );
    const changes: { index: number; change: Change; next: StateOf<K> }[] = [];
    for (const [position, [index, order]] of open.entries()) {
      try {
        const decided = this.#decide(order, loaded[position]);
        if ('change' in decided) changes.push({ index, ...decided });
        else settled[index] = decided;
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal;
        settled[index] = { refusal };
      }
    }
    if (changes.length === 0) return;
    const outcomes = await this.#store.commit(changes.map(({ change }) => change));
    for (const [position, { index, change, next }] of changes.entries()) {
      const outcome = outcomes[position];
      if (outcome?.status !== 'committed') continue; // decided again in the next round
      const { kind, id, fences } = change;
      settled[index] = { stored: { kind, id, version: outcome.version, state: next, fences } };
    }
  }

  #decide<K extends Kind>(
    order: Order<K>,
    stored: Stored<StateOf<K>> | undefined,
  ): { change: Change; next: StateOf<K> } | { stored: Stored<StateOf<K>> } {
    const { kind, id, command, terms = {} } = order;
    const version = stored?.version ?? 0;
    if (terms.expectedVersion !== undefined && terms.expectedVersion !== version) {
      throw new Refusal(
        'staleVersion',
        `${kind} ${id} is at version ${version}, not ${terms.expectedVersion}: read it again`,
        {
          facts: { version },
        },
      );
    }
    const fences: Fences = terms.fence ? pass(stored?.fences ?? {}, terms.fence) : (stored?.fences ?? {});
    const decider = deciderOf(kind);
    const events = decider.decide(stored?.state, command, this.#clock.now());
    if (events.length === 0) {
      if (!stored) throw new Refusal('notFound', `there is no ${kind} ${id}`);
      return { stored };
    }
    let next = stored?.state;
    for (const event of events) next = decider.evolve(next, event);
    if (next === undefined) throw new Error(`${kind} ${id} has no state after ${events.length} events`);
    const newEvents = events.map((event) => logged(event, terms.correlationId));
    return { change: { kind, id, expectedVersion: version, state: next, fences, events: newEvents }, next };
  }
}

/** What every event says. */
interface Happened {
  type: string;
  at: string;
  by: string;
}

interface AnyDecider<K extends Kind> {
  decide(state: StateOf<K> | undefined, command: CommandOf<K>, now: number): Happened[];
  evolve(state: StateOf<K> | undefined, event: Happened): StateOf<K>;
}

/** The registry pairs state, command and event per kind; the compiler cannot follow that through a type parameter. */
function deciderOf<K extends Kind>(kind: K): AnyDecider<K> {
  return KINDS[kind].decider as unknown as AnyDecider<K>;
}

function logged(event: Happened, correlationId: string | undefined): NewEvent {
  return { type: event.type, at: event.at, by: event.by, data: event, correlationId };
}
