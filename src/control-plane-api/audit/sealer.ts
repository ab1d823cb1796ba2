import { iso, ms } from '@lcm/core/domain/time.ts';
import type { AuditKeys } from '@lcm/core/spi/audit-keys.ts';
import type { AuditLog, Link } from '@lcm/core/spi/audit-log.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import { hashOf, provenDrop, provenHead, provenSeal } from './chain.ts';
import { chainEnd } from './chain-end.ts';
import { markedText } from './sealed-entry.ts';

/** Rows linked in one step. */
const AT_ONCE = 200;
const DAY_MS = 86_400_000;
/** A month as retention counts it, so that 12 of them are a year. */
const DAYS_OF_MONTH = 30.5;

interface Parts {
  log: AuditLog;
  keys: AuditKeys;
  clock: Clock;
  system: Log;
}

/** Links new rows to the chain, seals days that are over and drops those that are too old. */
export class AuditSealer {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Does all that there is to do by now; how many rows were linked. Several at once do no harm: a place is taken
   * once, and who comes second begins anew.
   * @param retentionMonths sealed days older than that are dropped
   */
  async round(retentionMonths: number): Promise<number> {
    let linked = 0;
    for (let step = await this.#link(); step.more; step = await this.#link()) linked += step.linked;
    await this.#sealDays();
    await this.#dropDays(retentionMonths);
    return linked;
  }

  async #link(): Promise<{ linked: number; more: boolean }> {
    const { log, keys, clock, system } = this.#parts;
    const end = await chainEnd(log, keys);
    if (end.broken !== undefined) {
      // Going on would hide it.
      system.error(
        { broken: end.broken.message },
        'the audit log was tampered with: no row is chained any more',
      );
      return { linked: 0, more: false };
    }
    const rows = await log.unchained(end.received, AT_ONCE);
    const newest = rows.at(-1);
    if (!newest) return { linked: 0, more: false };
    let day = dayOf(clock.now());
    // A clock that was put back must not reopen a day.
    if (end.day > day) day = end.day;
    let { hash, place } = end;
    const links: Link[] = [];
    for (const row of rows) {
      if (keys.mark(markedText(row)) !== row.mark) {
        system.error(
          { row: row.id },
          'a row of the audit log was not written by this system: it is left out',
        );
        continue;
      }
      place += 1;
      hash = hashOf(hash, { place, day }, row);
      links.push({ place, day, rowId: row.id, hash });
    }
    const head = provenHead(keys, { place, hash, received: newest.received });
    const done = await log.chain(links, JSON.stringify(head));
    return { linked: done ? links.length : 0, more: true };
  }

  /** Seals every day that has links and is over. */
  async #sealDays(): Promise<void> {
    const { log, keys, clock } = this.#parts;
    const today = dayOf(clock.now());
    const lastSeal = (await log.seals()).at(-1);
    let previousRoot = lastSeal?.root ?? '';
    let place = lastSeal?.lastPlace ?? 0;
    const [next] = await log.chained(place, 1);
    if (!next || next.link.day >= today) return;
    // The last link of a day is the one before the first of another day, or before today.
    let open: { first: Link; last: Link } | undefined;
    const seal = async ({ first, last }: { first: Link; last: Link }) => {
      const { day } = first;
      const bare = { day, firstPlace: first.place, lastPlace: last.place, root: last.hash, previousRoot };
      await log.addSeal(provenSeal(keys, { ...bare, sealedAt: iso(clock.now()) }));
      previousRoot = last.hash;
    };
    for (;;) {
      const page = (await log.chained(place, AT_ONCE)).map(({ link }) => link);
      for (const link of page) {
        if (open && open.first.day !== link.day) {
          await seal(open);
          open = undefined;
        }
        if (link.day >= today) return;
        open = { first: open?.first ?? link, last: link };
        place = link.place;
      }
      if (page.length < AT_ONCE) break;
    }
    if (open) await seal(open);
  }

  async #dropDays(retentionMonths: number): Promise<void> {
    const { log, keys, clock } = this.#parts;
    const oldest = dayOf(clock.now() - retentionMonths * DAYS_OF_MONTH * DAY_MS);
    for (const seal of await log.seals()) {
      if (seal.day >= oldest) return;
      if (!seal.dropped) await log.drop(seal.day, provenDrop(keys, seal, iso(clock.now())));
    }
  }
}

/** The UTC day of a moment, e.g. `2026-03-01`. */
const dayOf = (now: number): string => iso(now).slice(0, 10);

/** How old a day is at the moment, in months as retention counts them. */
export const monthsOld = (day: string, at: string): number =>
  (ms(at) - ms(`${day}T00:00:00Z`)) / DAY_MS / DAYS_OF_MONTH;
