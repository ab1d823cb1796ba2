import type { AuditEntry } from '@lcm/core/domain/audit-entry.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';

/** Refusals of one sort that are told one by one within a minute; of more it is told how many. */
const TOLD_SINGLY = 20;
const WINDOW_MS = 60_000;
/** Sorts that are told apart at once: a flood from everywhere must not fill the memory either. */
const MOST_SORTS = 5_000;

/**
 * Keeps a flood of refusals from filling the audit log: beyond the first few of the same caller, operation,
 * resource and code within a minute, they are counted, and one entry tells of all of them.
 */
export class Repeats {
  readonly #clock: Clock;
  readonly #tell: (entry: AuditEntry) => void;
  readonly #sorts = new Map<string, { told: number; folded?: AuditEntry }>();
  #cancel: (() => void) | undefined;

  /** @param tell takes an entry that stands for many; its `times` says for how many */
  constructor(clock: Clock, tell: (entry: AuditEntry) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Whether the entry is to be told by itself. */
  admits(entry: AuditEntry): boolean {
    const sort = this.#sortOf(entry);
    const known = this.#sorts.get(sort) ?? { told: 0 };
    this.#sorts.set(sort, known);
    this.#cancel ??= this.#clock.after(WINDOW_MS, () => this.stop());
    if (known.told < TOLD_SINGLY) {
      known.told += 1;
      return true;
    }
    known.folded = { ...entry, times: (known.folded?.times ?? 0) + 1 };
    return false;
  }

  /** Ends the window: tells what was counted in it. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    for (const { folded } of this.#sorts.values()) if (folded) this.#tell(folded);
    this.#sorts.clear();
  }

  #sortOf({ actor, operation, resource, refusal }: AuditEntry): string {
    const coarse = [operation, refusal?.code];
    if (this.#sorts.size >= MOST_SORTS) return JSON.stringify(coarse);
    return JSON.stringify([...coarse, actor.issuer, actor.subject, actor.address, resource]);
  }
}
