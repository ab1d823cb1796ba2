import type { AuditLog, AuditQuery, AuditRow, DaySeal, Link, ReceivedRow } from '@lcm/core/spi/audit-log.ts';
import type { Page } from '@lcm/core/spi/state-store.ts';
import { auditCursor, placeIn } from '../audit/audit-cursor.ts';

/** An audit log in memory, for tests and simulations. Its rows are theirs to look at and to tamper with. */
export class MemoryAuditLog implements AuditLog {
  readonly rows = new Map<string, ReceivedRow>();
  readonly links: Link[] = [];
  readonly #linked = new Set<string>();
  readonly #seals = new Map<string, DaySeal>();
  readonly #notes = new Map<string, string>();
  readonly #listeners = new Set<() => void>();
  #received = 0;

  async append(rows: readonly AuditRow[]): Promise<void> {
    for (const row of rows) {
      if (this.rows.has(row.id)) continue;
      this.#received += 1;
      this.rows.set(row.id, { ...row, received: this.#received });
    }
    for (const listener of this.#listeners) queueMicrotask(listener);
  }

  async list(query: AuditQuery): Promise<Page<ReceivedRow>> {
    const after = placeIn(query.cursor);
    const found = [...this.rows.values()]
      .filter((row) => matches(row, query))
      .sort((one, other) => compare(other, one))
      .filter((row) => !after || compare(row, after) < 0);
    const items = found.slice(0, query.limit).map((row) => ({ ...row }));
    const last = items.at(-1);
    return { items, ...(last && found.length > items.length ? { nextCursor: auditCursor(last) } : {}) };
  }

  async unchained(afterReceived: number, limit: number): Promise<ReceivedRow[]> {
    return [...this.rows.values()]
      .filter(({ id, received }) => received > afterReceived && !this.#linked.has(id))
      .sort((one, other) => one.received - other.received)
      .slice(0, limit)
      .map((row) => ({ ...row }));
  }

  async chain(links: readonly Link[], head: string): Promise<boolean> {
    const last = this.links.at(-1)?.place ?? 0;
    if (links[0] && links[0].place <= last) return false;
    for (const link of links) {
      this.links.push({ ...link });
      this.#linked.add(link.rowId);
    }
    this.#notes.set('head', head);
    return true;
  }

  async chained(afterPlace: number, limit: number): Promise<{ link: Link; row?: AuditRow | undefined }[]> {
    return this.links
      .filter(({ place }) => place > afterPlace)
      .slice(0, limit)
      .map((link) => ({ link, row: this.rows.get(link.rowId) }));
  }

  async lastLink(): Promise<Link | undefined> {
    return this.links.at(-1);
  }

  async addSeal(seal: DaySeal): Promise<boolean> {
    if (this.#seals.has(seal.day)) return false;
    this.#seals.set(seal.day, seal);
    return true;
  }

  async seals(): Promise<DaySeal[]> {
    return [...this.#seals.values()].sort((one, other) => (one.day < other.day ? -1 : 1));
  }

  async drop(day: string, dropped: { at: string; proof: string }): Promise<void> {
    const seal = this.#seals.get(day);
    if (!seal) return;
    this.#seals.set(day, { ...seal, dropped });
    for (const { rowId } of this.links.filter((link) => link.day === day)) this.rows.delete(rowId);
    this.links.splice(0, this.links.length, ...this.links.filter((link) => link.day !== day));
  }

  async note(name: string): Promise<string | undefined> {
    return this.#notes.get(name);
  }

  async putNote(name: string, text: string): Promise<void> {
    this.#notes.set(name, text);
  }

  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

type Placed = Pick<ReceivedRow, 'at' | 'received'>;

const compare = (one: Placed, other: Placed): number =>
  one.at < other.at ? -1 : one.at > other.at ? 1 : one.received - other.received;

function matches(row: AuditRow, query: AuditQuery): boolean {
  const fields = ['operation', 'outcome', 'kind', 'resourceId', 'correlationId'] as const;
  return (
    fields.every((field) => query[field] === undefined || query[field] === row[field]) &&
    (query.accounts === undefined || query.accounts.includes(row.account)) &&
    (query.from === undefined || row.at >= query.from) &&
    (query.to === undefined || row.at < query.to)
  );
}
