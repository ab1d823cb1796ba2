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
  /** Notes that a thing is gone from now on; a thing that is not open is left alone. */
  close(kind: LedgerKind, id: string): void;
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
  let count = entries.values().length;
  const stay = (kind: LedgerKind, id: string) =>
    entries.values().find((entry) => entry.kind === kind && entry.id === id && !entry.closedAt);
  const keys = new Map<LedgerEntry, string>();
  for (const [index, entry] of entries.values().entries()) keys.set(entry, keyOf(index));

  return {
    open: (kind, id, detail = {}, costPerHourUsd = 0) => {
      if (stay(kind, id)) return;
      const entry: LedgerEntry = { kind, id, openedAt: iso(clock.now()), costPerHourUsd, detail };
      const key = keyOf(count++);
      keys.set(entry, key);
      entries.put(key, entry);
    },
    close: (kind, id) => {
      const entry = stay(kind, id);
      const key = entry && keys.get(entry);
      if (!entry || !key) return;
      entry.closedAt = iso(clock.now());
      entries.put(key, entry);
    },
    all: () => entries.values(),
    openEntries: (kind) =>
      entries.values().filter((entry) => !entry.closedAt && (kind === undefined || entry.kind === kind)),
    costUsd: () =>
      entries.values().reduce((sum, entry) => {
        const end = entry.closedAt ? Date.parse(entry.closedAt) : clock.now();
        return sum + ((end - Date.parse(entry.openedAt)) / 3_600_000) * entry.costPerHourUsd;
      }, 0),
  };
}

const keyOf = (index: number) => String(index).padStart(9, '0');
const iso = (ms: number) => new Date(ms).toISOString();
