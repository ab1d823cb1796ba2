import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { LoggedEvent, StateStore } from '@lcm/core/spi/state-store.ts';
import { followLog, type LogReader } from '../event-log/log-reader.ts';
import type { AuditTrail, Written } from './trail.ts';

/** Pause after each batch: entries that gather meanwhile share a disk sync, and requests are not held up. */
const GATHER_MS = 100;
/** How often the facts that are in the audit log are removed from beside the events. */
const FORGET_EVERY_MS = 2_000;

/**
 * Follows the log and writes an entry for every change, at least once; the entry's id makes it once. What a change
 * was made with stays beside its events until its entry is durable.
 */
export function followForAudit(
  parts: { store: StateStore; clock: Clock; log: Log },
  trail: AuditTrail,
): LogReader {
  const { store, clock } = parts;
  const stopping = new AbortController();
  let forgottenAt = clock.monotonic();
  const reader = followLog(parts, { name: 'audit' }, async (events) => {
    await trail.write(events.flatMap(entryOf));
    const last = events.at(-1);
    if (last && clock.monotonic() - forgottenAt >= FORGET_EVERY_MS) {
      forgottenAt = clock.monotonic();
      await store.forgetAuditFacts(last.cursor);
    }
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
