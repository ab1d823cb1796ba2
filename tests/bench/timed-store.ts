import { SqliteDatabase } from '@lcm/adapters/sql/sqlite-database.ts';
import { SqliteStore } from '@lcm/adapters/sql/sqlite-store.ts';
import type { Change, CommitOutcome } from '@lcm/core/spi/state-store.ts';
import { nowMs } from './statistics.ts';

/** The store in an SQLite file, which knows when each aggregate was last made durable. */
export class TimedStore extends SqliteStore {
  /** By `<kind>/<id>`, in `nowMs`. */
  readonly durableAt = new Map<string, number>();
  #lastCommitAt = 0;

  constructor(file: string) {
    super(new SqliteDatabase(file));
    this.onCommit(() => {
      this.#lastCommitAt = nowMs();
    });
  }

  override async commit(changes: readonly Change[]): Promise<CommitOutcome[]> {
    const outcomes = await super.commit(changes);
    for (const { kind, id } of changes) this.durableAt.set(`${kind}/${id}`, this.#lastCommitAt);
    return outcomes;
  }
}
