import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { LoggedEvent, StateStore } from '@lcm/core/spi/state-store.ts';
import { followLog, type LogReader } from '../event-log/log-reader.ts';
import type { AuditTrail, Written } from './trail.ts';

/** Pause after each batch: entries that gather meanwhile share a disk sync, and requests are not held up. */
const GATHER_MS = 100;
/** How long the facts that are in the audit log stay beside their events: many are removed at once. */
const FORGET_AFTER_MS = 2_000;

/**
 * Follows the log and writes an entry for every change, at least once; the entry's id makes it once. What a change
 * was made with stays beside its events until its entry is durable.
 */
export function followForAudit(
  parts: { store: StateStore; clock: Clock; log: Log },
  trail: AuditTrail,
): LogReader {
  const { store, clock, log } = parts;
  const stopping = new AbortController();
  /** Up to this cursor, entries are durable. */
  let written = 0;
  let cancel: (() => void) | undefined;
  const forget = async () => {
    cancel = undefined;
    await store
      .forgetAuditFacts(written)
      .catch((error: unknown) =>
        log.warn({ err: error }, 'what was audited stays beside its events for now'),
      );
  };
  const reader = followLog(parts, { name: 'audit' }, async (events) => {
    await trail.write(events.flatMap(entryOf));
    written = events.at(-1)?.cursor ?? written;
    cancel ??= clock.after(FORGET_AFTER_MS, () => void forget());
    await clock.sleep(GATHER_MS, stopping.signal).catch(() => undefined);
  });
  return {
    lagMs: () => reader.lagMs(),
    get handled() {
      return reader.handled;
    },
    stop: async () => {
      stopping.abort();
      await reader.stop();
      cancel?.();
      await forget();
    },
  };
}

/** The entry of a change; the first of its events has the facts, the others have none. */
function entryOf({ kind, id, seq, at, audit }: LoggedEvent): Written[] {
  if (!audit) return [];
  const { candidate, ...facts } = audit;
  const entry = {
    id: `${kind}:${id}:${seq}`,
    at,
    outcome: 'done' as const,
    ...facts,
    resource: { kind, id },
  };
  return [{ entry, ...(candidate ? { candidate } : {}) }];
}
