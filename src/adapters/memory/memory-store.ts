import { KINDS, type Kind } from '@lcm/core/domain/kinds.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type {
  Change,
  CommitOutcome,
  ListQuery,
  LoggedEvent,
  Match,
  Page,
  StateStore,
  Stored,
} from '@lcm/core/spi/state-store.ts';
import { compareFields, type FieldValue, fieldOf, fieldValue } from '../state-store/field-value.ts';
import { BY_ID, checkedWhere, type ListPlan, planList } from '../state-store/list-plan.ts';
import { type Place, writeCursor } from '../state-store/page-cursor.ts';
import { type StoredShapes, upcast } from '../state-store/stored-shape.ts';
import { freeze } from './freeze.ts';

/** What outlives a store that is closed: hand it to the next one to have it "restart". */
export interface MemoryStoreContent {
  documents: Map<Kind, Map<string, Document>>;
  log: LoggedEvent[];
  cursors: Map<string, number>;
}

/** A document: texts as on a disk, so that nobody holds a reference into the store. */
interface Document {
  kind: Kind;
  id: string;
  version: number;
  schema: number;
  stateText: string;
  fencesText: string;
  /** The stored state once more, to look fields up in. */
  fields: unknown;
  events: LoggedEvent[];
}

/** An empty content. */
export function emptyContent(): MemoryStoreContent {
  return { documents: new Map(), log: [], cursors: new Map() };
}

/**
 * A state store in memory, for tests and simulations on virtual time: it needs no timers, and every call
 * resolves before time moves on. Nothing outlives the process.
 */
export class MemoryStore implements StateStore {
  readonly #shapes: StoredShapes;
  readonly #content: MemoryStoreContent;
  readonly #listeners = new Set<() => void>();
  /** Up to this cursor events have no audit facts any more. */
  #factsForgotten = 0;
  #closed = false;

  constructor({ shapes = KINDS, content = emptyContent() }: MemoryStoreOptions = {}) {
    this.#shapes = shapes;
    this.#content = content;
  }

  async load<State>(kind: Kind, id: string): Promise<Stored<State> | undefined> {
    const document = this.#open().documents.get(kind)?.get(id);
    return document && this.#stored<State>(document);
  }

  async loadMany<State>(kind: Kind, ids: readonly string[]): Promise<Stored<State>[]> {
    const documents = this.#open().documents.get(kind);
    return ids.flatMap((id) => {
      const document = documents?.get(id);
      return document ? [this.#stored<State>(document)] : [];
    });
  }

  async list<State>(kind: Kind, query: ListQuery): Promise<Page<Stored<State>>> {
    const plan = planList(kind, this.#shapes[kind], query);
    const sign = plan.order.direction === 'asc' ? 1 : -1;
    const placed = this.#matching(kind, plan.where).map((document) => ({
      document,
      id: document.id,
      value: plan.order.field === BY_ID ? '' : fieldOf(this.#today(document), plan.order.field),
    }));
    const compare = (a: Place, b: Place) =>
      sign * (compareFields(a.value, b.value) || compareFields(a.id, b.id));
    const { after } = plan;
    const rest = (after ? placed.filter((one) => compare(one, after) > 0) : placed).sort(compare);
    const page = rest.slice(0, plan.limit);
    const items = page.map(({ document }) => this.#stored<State>(document));
    const last = page.at(-1);
    if (!last || rest.length === page.length) return { items };
    return { items, nextCursor: writeCursor(plan.order, last) };
  }

  async count(kind: Kind, where?: ListQuery['where']): Promise<number> {
    return this.#matching(kind, checkedWhere(kind, this.#shapes[kind], where)).length;
  }

  async commit(changes: readonly Change[]): Promise<CommitOutcome[]> {
    this.#open();
    const outcomes = changes.map((change) => this.#apply(change));
    if (outcomes.some(({ status }) => status === 'committed')) {
      for (const listener of this.#listeners) queueMicrotask(listener);
    }
    return outcomes;
  }

  async readLog(after: number, limit: number): Promise<LoggedEvent[]> {
    // Cursors count from 1 without gaps here, so that the cursor is the place of the event that follows it.
    return structuredClone(this.#open().log.slice(after, after + limit));
  }

  async forgetAuditFacts(upTo: number): Promise<void> {
    const { log } = this.#open();
    for (const event of log.slice(this.#factsForgotten, upTo)) delete event.audit;
    this.#factsForgotten = Math.max(this.#factsForgotten, upTo);
  }

  async headOfLog(): Promise<number> {
    return this.#open().log.length;
  }

  async history(kind: Kind, id: string, afterSeq: number, limit: number): Promise<LoggedEvent[]> {
    // Sequence numbers count from 1 without gaps, as cursors do.
    const events = this.#open().documents.get(kind)?.get(id)?.events ?? [];
    const found = events.slice(afterSeq, afterSeq + limit);
    return structuredClone(found.map(({ audit: _, ...event }) => event));
  }

  async readCursor(reader: string): Promise<number> {
    return this.#open().cursors.get(reader) ?? 0;
  }

  async saveCursor(reader: string, cursor: number): Promise<void> {
    this.#open().cursors.set(reader, cursor);
  }

  onCommit(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
  }

  #open(): MemoryStoreContent {
    if (this.#closed) throw new Refusal('unavailable', 'the store in memory is closed; open it again');
    return this.#content;
  }

  #apply(change: Change): CommitOutcome {
    const { documents, log } = this.#content;
    const { kind, id } = change;
    const ofKind = documents.get(kind) ?? new Map<string, Document>();
    const current = ofKind.get(id);
    const actualVersion = current?.version ?? 0;
    if (actualVersion !== change.expectedVersion) return { status: 'stale', actualVersion };
    const version = actualVersion + 1;
    const events = current?.events ?? [];
    const stateText = JSON.stringify(change.state);
    const document = {
      kind,
      id,
      version,
      schema: this.#shapes[kind].schemaNumber,
      stateText,
      fencesText: JSON.stringify(change.fences),
      fields: JSON.parse(stateText),
      events,
    };
    for (const event of change.events) {
      const copy: typeof event = JSON.parse(JSON.stringify(event));
      const logged = { ...copy, cursor: log.length + 1, kind, id, seq: events.length + 1, version };
      log.push(logged);
      events.push(logged);
    }
    documents.set(kind, ofKind.set(id, document));
    return { status: 'committed', version };
  }

  #matching(kind: Kind, where: ListPlan['where']): Document[] {
    return [...(this.#open().documents.get(kind)?.values() ?? [])].filter((document) =>
      where.every(([field, match]) => matches(fieldOf(this.#today(document), field), match)),
    );
  }

  /** The state in today's shape, to look fields up in. */
  #today({ kind, id, schema, fields }: Document): unknown {
    const shape = this.#shapes[kind];
    return schema < shape.schemaNumber ? upcast(shape, kind, id, schema, fields) : fields;
  }

  /** Frozen: other stores share what they give, so whoever would change it is found out here. */
  #stored<State>({ kind, id, version, schema, stateText, fencesText }: Document): Stored<State> {
    const state = upcast(this.#shapes[kind], kind, id, schema, JSON.parse(stateText));
    return freeze({ kind, id, version, state: state as State, fences: JSON.parse(fencesText) });
  }
}

export interface MemoryStoreOptions {
  /** Shapes of the documents, for tests of older ones. */
  shapes?: StoredShapes;
  /** What an earlier store left. */
  content?: MemoryStoreContent;
}

function matches(value: FieldValue, match: Match): boolean {
  if (typeof match !== 'object') return value === fieldValue(match);
  if (isList(match)) return typeof value === 'string' && match.includes(value);
  // A range holds only those that have the field.
  if (compareFields(value, '') <= 0 || compareFields(value, match.from ?? '') < 0) return false;
  return match.to === undefined || compareFields(value, match.to) < 0;
}

const isList = (match: object): match is readonly string[] => Array.isArray(match);
