import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { LoggedEvent, StateStore } from '@lcm/core/spi/state-store.ts';

/** Events read at a time. */
const BATCH = 200;
/** How often the log is looked at even though nobody said that it grew. */
const LOOK_AGAIN_MS = 1_000;
/** Time before a batch that could not be read or handled is tried again; doubles until it is as long as that. */
const TRY_AGAIN_MS = 20;

/** How often the place is kept: what was handled since is handled again after a crash. */
const SAVE_EVERY_MS = 1_000;

/** A reader of the event log. */
export interface LogReader {
  /** How long ago the reader was last known to have handled everything, milliseconds. */
  lagMs(): number;
  /** Events handled since the start. */
  readonly handled: number;
  stop(): Promise<void>;
}

/**
 * Follows the log and hands each batch of events on, in order, at least once. With a name the place is kept
 * in the store, and a later process goes on from there; without, it starts at `from`.
 */
export function followLog(
  parts: { store: StateStore; clock: Clock; log: Log },
  place: { name: string } | { from: number },
  handle: (events: readonly LoggedEvent[]) => Promise<void>,
): LogReader {
  const { store, clock, log } = parts;
  const stopping = new AbortController();
  const named = 'name' in place ? place.name : undefined;
  let cursor = 'from' in place ? place.from : undefined;
  let savedAt = Number.NEGATIVE_INFINITY;
  let caughtUpAt = clock.monotonic();
  let handled = 0;
  let failures = 0;
  let wake = () => {};
  const unsubscribe = store.onCommit(() => wake());

  const follow = async () => {
    cursor ??= named === undefined ? 0 : await store.readCursor(named);
    while (!stopping.signal.aborted) {
      const grown = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const events = await store.readLog(cursor, BATCH);
      const last = events.at(-1);
      if (!last) {
        failures = 0;
        caughtUpAt = clock.monotonic();
        await soonest(clock, grown);
        continue;
      }
      await handle(events);
      cursor = last.cursor;
      failures = 0;
      handled += events.length;
      if (events.length < BATCH) caughtUpAt = clock.monotonic();
      if (named !== undefined && clock.monotonic() - savedAt >= SAVE_EVERY_MS) await save(named, cursor);
    }
  };
  const save = async (name: string, at: number) => {
    await store.saveCursor(name, at);
    savedAt = clock.monotonic();
  };
  const following = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await follow();
      } catch (error) {
        log.error(
          { err: error, reader: named ?? 'projection' },
          'reading the event log is held up, trying again',
        );
        const wait = Math.min(LOOK_AGAIN_MS, TRY_AGAIN_MS * 2 ** failures);
        failures += 1;
        await clock.sleep(wait, stopping.signal).catch(() => undefined);
      }
    }
  })();
  return {
    lagMs: () => clock.monotonic() - caughtUpAt,
    get handled() {
      return handled;
    },
    stop: async () => {
      stopping.abort();
      unsubscribe();
      wake();
      await following;
      if (named === undefined || cursor === undefined) return;
      await save(named, cursor).catch((error: unknown) =>
        log.warn({ err: error, reader: named }, 'the place in the event log is not kept: some is read again'),
      );
    },
  };
}

/** Until the log has grown, or it is time to look all the same. */
async function soonest(clock: Clock, grown: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(LOOK_AGAIN_MS, resolve);
  await Promise.race([grown, promise]);
  cancel();
}
