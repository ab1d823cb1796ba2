import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Collection, SimulatorState } from './state.ts';

/** The kinds of things that cost money, hold a seat or must be given back. */
export type LedgerKind = 'instance' | 'licenceSeat' | 'lab' | 'runningLab' | 'ldsSession' | 'gradingJob';

/** One thing that exists or existed in the simulated world. Times are UTC ISO 8601. */
export interface LedgerEntry {
  kind: LedgerKind;
  id: string;
  openedAt: string;
  closedAt?: string;
  /** Dollars per hour while it is open; 0 for what costs nothing by itself. */
  costPerHourUsd: number;
  detail: Record<string, string | number>;
}

/** What exists in the simulated world, since when, and what it has cost: the judge of every test. */
export interface Ledger {
  /** Notes that a thing exists from now on; a thing that is open already stays as it is. */
  open(kind: LedgerKind, id: string, detail?: LedgerEntry['detail'], costPerHourUsd?: number): void;
  /**
   * Notes that a thing is gone; a thing that is not open is left alone.
   * @param atMs since when, if not now: the simulator may have been down when it went
   */
  close(kind: LedgerKind, id: string, atMs?: number): void;
  /** Every entry ever made, oldest first. */
  all(): LedgerEntry[];
  /** What is there now. */
  openEntries(kind?: LedgerKind): LedgerEntry[];
  /** Dollars spent so far on everything, open things up to now. */
  costUsd(): number;
}

/** Keeps the ledger in the simulator's own state, so that it survives the simulator too. */
export function openLedger(state: SimulatorState, clock: Clock): Ledger {
  const entries: Collection<LedgerEntry> = state.collection('ledger');
  // One thing may come and go several times (a lab is started twice): each stay is an entry of its own.
  const open = new Map<string, { key: string; entry: LedgerEntry }>();
  let count = 0;
  let closedCostUsd = 0;
  for (const entry of entries.values()) {
    const key = keyOf(count++);
    if (entry.closedAt) closedCostUsd += costOf(entry, Date.parse(entry.closedAt));
    else open.set(thing(entry.kind, entry.id), { key, entry });
  }

  return {
    open: (kind, id, detail = {}, costPerHourUsd = 0) => {
      if (open.has(thing(kind, id))) return;
      const entry: LedgerEntry = { kind, id, openedAt: iso(clock.now()), costPerHourUsd, detail };
      const key = keyOf(count++);
      entries.put(key, entry);
      open.set(thing(kind, id), { key, entry });
    },
    close: (kind, id, atMs = clock.now()) => {
      const stay = open.get(thing(kind, id));
      if (!stay) return;
      stay.entry.closedAt = iso(Math.max(atMs, Date.parse(stay.entry.openedAt)));
      entries.put(stay.key, stay.entry);
      open.delete(thing(kind, id));
      closedCostUsd += costOf(stay.entry, Date.parse(stay.entry.closedAt));
    },
    all: () => entries.values(),
    openEntries: (kind) =>
      [...open.values()]
        .map(({ entry }) => entry)
        .filter((entry) => kind === undefined || entry.kind === kind),
    costUsd: () => {
      let sum = closedCostUsd;
      for (const { entry } of open.values()) sum += costOf(entry, clock.now());
      return sum;
    },
  };
}

function costOf(entry: LedgerEntry, untilMs: number): number {
  return ((untilMs - Date.parse(entry.openedAt)) / 3_600_000) * entry.costPerHourUsd;
}

const thing = (kind: LedgerKind, id: string) => `${kind}/${id}`;
const keyOf = (index: number) => String(index).padStart(9, '0');
const iso = (ms: number) => new Date(ms).toISOString();
