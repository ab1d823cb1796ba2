import { Refusal } from '@lcm/core/domain/refusal.ts';
import { z } from 'zod';

const sqliteError = z.object({ code: z.literal('ERR_SQLITE_ERROR'), errcode: z.int(), errstr: z.string() });
const systemError = z.object({ code: z.string(), syscall: z.string() });

/** What is wrong, and what to do, by SQLite's primary result code (https://sqlite.org/rescode.html). */
const CAUSES: Readonly<Record<number, string>> = {
  3: 'may not be opened; let the account that runs this program read and write it and its folder',
  8: 'cannot be written; let the account that runs this program write it and its folder',
  10: 'cannot be read or written; look at the space left, at the disk and at the system log',
  11: 'is damaged; stop, keep a copy of it and restore the last backup',
  13: 'cannot grow, the disk is full; free some space',
  14: 'cannot be opened; its folder must exist and be writable, and the path must not name a folder',
  23: 'may not be opened; let the account that runs this program read and write it and its folder',
  26: 'is not an SQLite database; name another file or move this one away',
};

const BUSY = 5;
const LOCKED = 6;

/**
 * The error as a refusal that says which file and what to do: `busy` while somebody else writes, otherwise
 * `unavailable`. An error that speaks of a mistake in the program comes back as it is.
 */
export function sqliteRefusal(file: string, error: unknown): unknown {
  const system = systemError.safeParse(error);
  if (system.success) {
    return unavailable(
      file,
      `cannot be used (${system.data.code}); the account of this program must be able to write it and its folder`,
      error,
    );
  }
  const sqlite = sqliteError.safeParse(error);
  if (!sqlite.success) return error;
  const code = sqlite.data.errcode & 0xff;
  if (code === BUSY || code === LOCKED) {
    return new Refusal('busy', `the database ${file} is busy; try again in a second`, { cause: error });
  }
  const cause = CAUSES[code];
  return cause ? unavailable(file, cause, error) : error;
}

/** Whether somebody else has the file locked. */
export function isLocked(error: unknown): boolean {
  const sqlite = sqliteError.safeParse(error);
  return sqlite.success && (sqlite.data.errcode & 0xff) === BUSY;
}

/** A refusal about the database file. */
export function unavailable(file: string, problem: string, cause?: unknown): Refusal {
  return new Refusal('unavailable', `the database ${file} ${problem}`, {
    facts: { file },
    ...(cause === undefined ? {} : { cause }),
  });
}
