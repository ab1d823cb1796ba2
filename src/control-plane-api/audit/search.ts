import type { AuditEntry } from '@lcm/core/domain/audit-entry.ts';
import type { AuditQuery } from '@lcm/core/spi/audit-log.ts';
import type { Page } from '@lcm/core/spi/state-store.ts';
import { SYSTEM } from './acting.ts';
import { namesMeant } from './personal-fields.ts';
import { entryIn } from './sealed-entry.ts';
import type { AuditBooks } from './trail.ts';

/** What is searched for. */
export interface AuditSearch extends Omit<AuditQuery, 'accounts'> {
  who?: string | undefined;
  text?: string | undefined;
}

/** Most rows that one search for a text opens. */
const MOST_OPENED = 2_000;

/** A page of entries, newest first; with a text to be found it may be short and have a next one. */
export async function searchAudit(books: AuditBooks, search: AuditSearch): Promise<Page<AuditEntry>> {
  const { who, text, ...query } = search;
  const accounts = who === undefined ? undefined : await accountsOf(books, who);
  if (text === undefined) return page(books, { ...query, accounts });
  const wanted = text.toLowerCase();
  const items: AuditEntry[] = [];
  let { cursor } = query;
  for (let opened = 0; opened < MOST_OPENED; opened += query.limit) {
    const read = await page(books, { ...query, accounts, cursor });
    const found = read.items.filter((entry) => JSON.stringify(entry).toLowerCase().includes(wanted));
    // What the page has no room for is found again on the next.
    if (items.length + found.length > query.limit) break;
    items.push(...found);
    cursor = read.nextCursor;
    if (cursor === undefined) return { items };
  }
  return { items, nextCursor: cursor };
}

async function page(books: AuditBooks, query: AuditQuery): Promise<Page<AuditEntry>> {
  const { items, nextCursor } = await books.log.list(query);
  const entries = await Promise.all(items.map((row) => entryIn(books.keys, row)));
  return { items: entries, ...(nextCursor === undefined ? {} : { nextCursor }) };
}

/** The accounts that people mean by a name: as it stands, and those of whom it is a name of. */
async function accountsOf({ keys }: AuditBooks, who: string): Promise<string[]> {
  const known = await Promise.all(namesMeant(who).map((name) => keys.namesakes(name)));
  const accounts = known
    .flat()
    .filter((name) => name.startsWith(ACCOUNT))
    .map((name) => name.slice(ACCOUNT.length));
  return [...new Set([who, `${SERVICES}|${who}`, ...accounts])];
}

const ACCOUNT = 'account:';
/** The issuer of the system's own services: they are no persons, and have no keys. */
const SERVICES = SYSTEM.issuer;
