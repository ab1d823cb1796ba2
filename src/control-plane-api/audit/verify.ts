import type { AuditKeys } from '@lcm/core/spi/audit-keys.ts';
import type { AuditLog, AuditRow, DaySeal, Link } from '@lcm/core/spi/audit-log.ts';
import { hashOf, isProvenDrop, isProvenSeal } from './chain.ts';
import { chainEnd } from './chain-end.ts';
import { markedText } from './sealed-entry.ts';
import { monthsOld } from './sealer.ts';

/** What is wrong first, reading from the oldest row on. */
export interface Tampering {
  what: 'changed' | 'added' | 'missing' | 'seal';
  day?: string;
  /** Place in the chain. */
  place?: number;
  rowId?: string;
  message: string;
}

/** What reading the whole log over came to. */
export interface Verdict {
  intact: boolean;
  rows: number;
  days: number;
  /** Received a moment ago and not chained yet. */
  waiting: number;
  /** Hash of the last link: with another copy of it, nobody can have written the log anew. */
  root: string;
  tampering?: Tampering;
}

/** Rows read at a time. */
const AT_ONCE = 200;
/** Rows are kept three months at the least (PRODUCT.md, Requirements in numbers). */
const SHORTEST_RETENTION_MONTHS = 3;

/** Reads every row, link and seal over, and says whether they are as this system wrote them. */
export async function verify(log: AuditLog, keys: AuditKeys): Promise<Verdict> {
  const counted = { rows: 0, days: 0, waiting: 0, root: '' };
  try {
    await readOver(log, keys, counted);
  } catch (found) {
    if (!(found instanceof Found)) throw found;
    return { intact: false, ...counted, tampering: found.tampering };
  }
  return { intact: true, ...counted };
}

class Found extends Error {
  readonly tampering: Tampering;

  constructor(tampering: Tampering) {
    super(tampering.message);
    this.tampering = tampering;
  }
}

async function readOver(
  log: AuditLog,
  keys: AuditKeys,
  counted: { rows: number; days: number; waiting: number; root: string },
): Promise<void> {
  const seals = await log.seals();
  const sealed = sealedPlaces(keys, seals);
  let { place, root } = sealed.from;
  await checkBefore(log, keys, place);
  for (;;) {
    const page = await log.chained(place, AT_ONCE);
    for (const { link, row } of page) {
      checkLink(keys, root, place, link, row);
      [place, root] = [link.place, link.hash];
      counted.rows += 1;
      const seal = sealed.byLastPlace.get(place);
      if (seal) checkRoot(seal, link);
    }
    if (page.length < AT_ONCE) break;
  }
  counted.days = seals.length;
  counted.root = root;
  const unmet = [...sealed.byLastPlace.values()].find(({ lastPlace }) => lastPlace > place);
  if (unmet) throw missing(place + 1, unmet.day);
  const end = await chainEnd(log, keys);
  if (end.broken) throw new Found({ ...end.broken, place: place + (end.broken.what === 'added' ? 0 : 1) });
  counted.waiting = await checkUnchained(log, keys);
}

/** From where on rows must be there, and the seals that must be met on the way. @throws Found */
function sealedPlaces(
  keys: AuditKeys,
  seals: readonly DaySeal[],
): { from: { place: number; root: string }; byLastPlace: Map<number, DaySeal> } {
  let from = { place: 0, root: '' };
  const byLastPlace = new Map<number, DaySeal>();
  let previous: DaySeal | undefined;
  for (const seal of seals) {
    const broken = whyBroken(keys, seal, previous);
    if (broken !== undefined)
      throw new Found({ what: 'seal', day: seal.day, message: `the seal of ${seal.day}: ${broken}` });
    if (seal.dropped && byLastPlace.size === 0) from = { place: seal.lastPlace, root: seal.root };
    else byLastPlace.set(seal.lastPlace, seal);
    previous = seal;
  }
  return { from, byLastPlace };
}

function whyBroken(keys: AuditKeys, seal: DaySeal, previous: DaySeal | undefined): string | undefined {
  if (!isProvenSeal(keys, seal)) return 'it was not made by this system, or was changed';
  if (seal.previousRoot !== (previous?.root ?? '')) return 'the day before is another than it was';
  if (seal.firstPlace !== (previous?.lastPlace ?? 0) + 1) return 'a day before it is missing';
  if (!seal.dropped) return undefined;
  if (!isProvenDrop(keys, seal)) return 'its rows were removed by somebody else';
  if (monthsOld(seal.day, seal.dropped.at) < SHORTEST_RETENTION_MONTHS)
    return `its rows were removed on ${seal.dropped.at}, too early`;
  return undefined;
}

function checkLink(
  keys: AuditKeys,
  root: string,
  place: number,
  link: Link,
  row: AuditRow | undefined,
): void {
  if (link.place !== place + 1) throw missing(place + 1, link.day);
  const at = { day: link.day, place: link.place, rowId: link.rowId };
  if (!row) throw new Found({ what: 'missing', ...at, message: `row ${link.rowId} is missing` });
  if (hashOf(root, link, row) === link.hash) return;
  if (keys.mark(markedText(row)) !== row.mark)
    throw new Found({ what: 'changed', ...at, message: `row ${link.rowId} was changed` });
  throw new Found({ what: 'changed', ...at, message: `row ${link.rowId} or its link was changed` });
}

function checkRoot(seal: DaySeal, link: Link): void {
  if (seal.root === link.hash) return;
  const message = `the rows of ${seal.day} are not those that were sealed`;
  throw new Found({ what: 'changed', day: seal.day, place: link.place, rowId: link.rowId, message });
}

const missing = (place: number, day: string) =>
  new Found({ what: 'missing', day, place, message: `the row at place ${place} is missing` });

/**
 * Rows of days that are dropped may be there still for a moment. Nothing else stands before the first place.
 * @throws Found where one of them was not written by this system
 */
async function checkBefore(log: AuditLog, keys: AuditKeys, firstPlace: number): Promise<void> {
  for (let after = FROM_THE_VERY_FIRST; after < firstPlace; ) {
    const page = await log.chained(after, AT_ONCE);
    for (const { link, row } of page.filter((one) => one.link.place <= firstPlace))
      if (link.place < 1 || (row && keys.mark(markedText(row)) !== row.mark))
        throw added(link.rowId, { day: link.day, place: link.place });
    if (page.length < AT_ONCE) return;
    after = page.at(-1)?.link.place ?? firstPlace;
  }
}

/** Rows are numbered from 1; whoever adds one by hand may give it any number. */
const FROM_THE_VERY_FIRST = Number.NEGATIVE_INFINITY;

const added = (rowId: string, at: { day?: string; place?: number } = {}) =>
  new Found({ what: 'added', ...at, rowId, message: `row ${rowId} was added by somebody else` });

/** How many rows wait for their link. @throws Found where one of them was not written by this system */
async function checkUnchained(log: AuditLog, keys: AuditKeys): Promise<number> {
  let [received, waiting] = [FROM_THE_VERY_FIRST, 0];
  for (;;) {
    const rows = await log.unchained(received, AT_ONCE);
    for (const row of rows) if (keys.mark(markedText(row)) !== row.mark) throw added(row.id);
    waiting += rows.length;
    received = rows.at(-1)?.received ?? received;
    if (rows.length < AT_ONCE) return waiting;
  }
}
