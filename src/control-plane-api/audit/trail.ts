import type { AuditEntry, AuditFacts } from '@lcm/core/domain/audit-entry.ts';
import type { AuditKeys } from '@lcm/core/spi/audit-keys.ts';
import type { AuditLog } from '@lcm/core/spi/audit-log.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import { Repeats } from './repeats.ts';
import { rowOf } from './sealed-entry.ts';

/** Where the audit is kept, and the keys that it is kept with. */
export interface AuditBooks {
  log: AuditLog;
  keys: AuditKeys;
}

/** An entry that is to be written, and whose the fields under `/candidate` in it are. */
export interface Written {
  entry: AuditEntry;
  candidate?: AuditFacts['candidate'];
}

/** Writes entries into the audit log. */
export class AuditTrail {
  readonly books: AuditBooks;
  readonly #system: Log;
  readonly #repeats: Repeats;

  constructor(books: AuditBooks, { clock, log }: { clock: Clock; log: Log }) {
    this.books = books;
    this.#system = log;
    this.#repeats = new Repeats(clock, (entry) => {
      this.write([{ entry }]).catch((error: unknown) =>
        log.error(
          { err: error, operation: entry.operation, times: entry.times },
          'repeated refusals were not audited',
        ),
      );
    });
  }

  /** Durable when it resolves; what is there already is passed over. @throws Refusal `unavailable` */
  async write(written: readonly Written[]): Promise<void> {
    const { log, keys } = this.books;
    const rows = await Promise.all(written.map(({ entry, candidate }) => rowOf(keys, entry, candidate)));
    if (rows.length > 0) await log.append(rows);
  }

  /** Writes that something was refused. Of a flood of the same, the first are written one by one, and how many followed. */
  async writeRefused(entry: AuditEntry): Promise<void> {
    if (!this.#repeats.admits(entry)) return;
    await this.write([{ entry }]).catch((error: unknown) => {
      // The caller is refused all the same.
      this.#system.error({ err: error, operation: entry.operation }, 'a refusal was not audited');
    });
  }

  /** Writes what is still counted. */
  stop(): void {
    this.#repeats.stop();
  }
}
