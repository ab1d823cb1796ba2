import { type Draft, draftOf } from '@lcm/core/domain/decider.ts';
import { type Fence, type Fences, pass } from '@lcm/core/domain/fence.ts';
import { type CommandOf, KINDS, type Kind, type StateOf } from '@lcm/core/domain/kinds.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Change, NewEvent, StateStore, Stored } from '@lcm/core/spi/state-store.ts';
import { noteCommit } from '../audit/acting.ts';
import { withAuditFacts } from '../audit/facts.ts';
import { Turns } from './turns.ts';

/** How often a command is decided again after another write came first. */
const ATTEMPTS = 8;

/** With what a command comes: on which version it was decided, and who holds the partition. */
export interface Terms {
  expectedVersion?: number | undefined;
  fence?: Fence | undefined;
  correlationId?: string | undefined;
  /** Nothing is there as far as the caller knows: decided without looking, and again with it if there is. */
  isNew?: boolean;
}

/** One command to one aggregate. */
export interface Order<K extends Kind> {
  kind: K;
  id: string;
  command: CommandOf<K>;
  terms?: Terms;
}

/** What became of an order: the aggregate after the commit, or why not. */
export type Settled<K extends Kind> = { stored: Stored<StateOf<K>> } | { refusal: Refusal };

/** Runs commands: load, decide, evolve, commit; a lost race is decided again on what is there by then. */
export class Commands {
  /** How many aggregates were written, and how often another writer came first, since the start. */
  readonly counts = { commits: 0, conflicts: 0 };
  readonly #store: StateStore;
  readonly #clock: Clock;
  readonly #audited: boolean;
  readonly #turns = new Turns();
  readonly #listeners: ((kind: Kind, id: string) => void)[] = [];

  /** @param audited whether events go with what the audit wants to know of them */
  constructor(store: StateStore, clock: Clock, audited = false) {
    this.#store = store;
    this.#clock = clock;
    this.#audited = audited;
  }

  /** Calls back for each aggregate that was written here. */
  onWritten(listener: (kind: Kind, id: string) => void): void {
    this.#listeners.push(listener);
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

  /**
   * Runs orders with one commit; each is settled by itself, so that one that is refused holds up no other.
   * Orders to the same aggregate are decided one on the other, in the order given.
   */
  async executeAll<K extends Kind>(orders: readonly Order<K>[]): Promise<Settled<K>[]> {
    const settled: (Settled<K> | undefined)[] = orders.map(() => undefined);
    const keys = new Set(orders.map(keyOf));
    await this.#turns.take([...keys], async () => {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const open = [...orders.entries()].filter(([index]) => settled[index] === undefined);
        if (open.length === 0) break;
        await this.#round(open, settled, attempt);
      }
    });
    return settled.map((one, index) => one ?? { refusal: tooBusy(orders[index]) });
  }

  async #round<K extends Kind>(
    open: [number, Order<K>][],
    settled: (Settled<K> | undefined)[],
    attempt: number,
  ): Promise<void> {
    const byAggregate = Map.groupBy(open, ([, order]) => keyOf(order));
    const firsts = [...byAggregate.values()].flatMap(([first]) => (first ? [first[1]] : []));
    const loaded = await this.#load(firsts.filter(({ terms }) => attempt > 1 || !terms?.isNew));
    const now = this.#clock.now();
    const courses = [...byAggregate].flatMap(([key, group]) => {
      const [first] = group;
      return first ? [{ group, ...courseOf(first[1], group, loaded.get(key), now, this.#audited) }] : [];
    });
    const changes = courses.flatMap((course) => course.change ?? []);
    const outcomes = changes.length > 0 ? await this.#store.commit(changes) : [];
    const versions = new Map(
      changes.map((change, index) => {
        const outcome = outcomes[index];
        return [change, outcome?.status === 'committed' ? outcome.version : undefined];
      }),
    );
    for (const { group, change, after, refusals } of courses) {
      const version = change && versions.get(change);
      if (change && version === undefined) {
        this.counts.conflicts += 1;
        continue; // decided again in the next round
      }
      if (change) this.#written(change);
      const stored = after && { ...after, version: version ?? after.version };
      for (const [index] of group) {
        const refusal = refusals.get(index);
        if (refusal) settled[index] = { refusal };
        else if (stored) settled[index] = { stored };
      }
    }
  }

  async #load<K extends Kind>(firsts: Order<K>[]): Promise<Map<string, Stored<StateOf<K>>>> {
    const [only] = firsts;
    if (!only) return new Map();
    if (firsts.length === 1) {
      const stored = await this.#store.load<StateOf<K>>(only.kind, only.id);
      return new Map(stored ? [[keyOf(only), stored]] : []);
    }
    const byKind = Map.groupBy(firsts, ({ kind }) => kind);
    const found = await Promise.all(
      [...byKind].map(([kind, group]) =>
        this.#store.loadMany<StateOf<K>>(
          kind,
          group.map(({ id }) => id),
        ),
      ),
    );
    return new Map(found.flat().map((stored) => [keyOf(stored), stored]));
  }

  #written({ kind, id }: Change): void {
    this.counts.commits += 1;
    noteCommit();
    for (const listener of this.#listeners) listener(kind, id);
  }
}

/** What the orders to one aggregate come to: the change of them all, what is there after it, and who was refused. */
interface Course<K extends Kind> {
  /** By number of order. */
  refusals: Map<number, Refusal>;
  /** Absent where there is no such aggregate, and then all are refused. */
  after?: Stored<StateOf<K>>;
  /** Absent where nothing has to be written. */
  change?: Change;
}

function courseOf<K extends Kind>(
  { kind, id }: Pick<Order<K>, 'kind' | 'id'>,
  group: readonly [number, Order<K>][],
  stored: Stored<StateOf<K>> | undefined,
  now: number,
  audited: boolean,
): Course<K> {
  const version = stored?.version ?? 0;
  const draft = draftOf(deciderOf(kind), stored?.state);
  const refusals = new Map<number, Refusal>();
  const events: NewEvent[] = [];
  let fences: Fences = stored?.fences ?? {};
  for (const [index, order] of group) {
    try {
      const decided = decide(order, draft, fences, version, now);
      if (decided.events.length > 0) fences = decided.fences;
      events.push(...decided.events);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      refusals.set(index, refusal);
    }
  }
  const { state } = draft;
  if (!state) return { refusals };
  const own = idOf(state);
  if (own !== id) {
    const refusal = new Refusal('rule', `${kind} ${own} cannot be kept under the id ${id}`);
    return { refusals: new Map(group.map(([index]) => [index, refusal])) };
  }
  const after = { kind, id, version, state, fences };
  if (events.length === 0) return { refusals, after };
  const change = { kind, id, expectedVersion: version, state, fences, events };
  return { refusals, after, change: audited ? withAuditFacts(change, stored?.state) : change };
}

function decide<K extends Kind>(
  { kind, id, command, terms = {} }: Order<K>,
  draft: Draft<StateOf<K>, CommandOf<K>, Happened>,
  passed: Fences,
  version: number,
  now: number,
): { fences: Fences; events: NewEvent[] } {
  if (terms.expectedVersion !== undefined && terms.expectedVersion !== version) {
    if (version === 0) throw new Refusal('notFound', `there is no ${kind} ${id}`);
    const message = `${kind} ${id} is at version ${version}, not ${terms.expectedVersion}: read it again`;
    throw new Refusal('staleVersion', message, { facts: { version } });
  }
  const fences = terms.fence ? pass(passed, terms.fence) : passed;
  const events = draft.decide(command, now);
  if (draft.state === undefined) throw new Refusal('notFound', `there is no ${kind} ${id}`);
  return { fences, events: events.map((event) => logged(event, terms.correlationId)) };
}

/** The id that a state says is its own: a ledger's is its worker's. */
function idOf(state: { id?: unknown; workerId?: unknown }): unknown {
  return state.id ?? state.workerId;
}

const keyOf = ({ kind, id }: { kind: Kind; id: string }): string => `${kind}/${id}`;

const tooBusy = (order: Order<Kind> | undefined) =>
  new Refusal('busy', `${order?.kind} ${order?.id} is written by too many at once; try again`);

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
