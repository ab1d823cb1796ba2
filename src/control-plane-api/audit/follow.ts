import type { AuditEntry } from '@lcm/core/domain/audit-entry.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import { entryIn } from './sealed-entry.ts';
import type { AuditBooks } from './trail.ts';

/** An entry and its place in the chain. */
export interface PlacedEntry {
  place: number;
  entry: AuditEntry;
}

const [AT_ONCE, LOOK_AGAIN_MS] = [200, 1_000];

/** Entries after the place in the order of the chain, in batches, as they are chained; until the signal is aborted. */
export async function* followAudit(
  { log, keys }: AuditBooks,
  afterPlace: number,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): AsyncGenerator<PlacedEntry[]> {
  let after = afterPlace;
  while (!signal.aborted) {
    const chained = await log.chained(after, AT_ONCE);
    // Rows that are gone went with their day.
    const there = chained.flatMap(({ link: { place }, row }) => (row ? [{ place, row }] : []));
    if (there.length > 0)
      yield await Promise.all(
        there.map(async ({ place, row }) => ({ place, entry: await entryIn(keys, row) })),
      );
    after = chained.at(-1)?.link.place ?? after;
    if (chained.length < AT_ONCE) await clock.sleep(LOOK_AGAIN_MS, signal).catch(() => undefined);
  }
}

/**
 * An entry as a CloudEvent. Whoever gets it twice knows it by source and id; `sequence` is its place in the chain
 * (https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/sequence.md).
 */
export const auditEvent = ({ place, entry }: PlacedEntry) => ({
  specversion: '1.0' as const,
  id: entry.id,
  source: 'urn:lcm:audit',
  type: 'io.lablet-cloud-manager.audit.recorded.v1',
  time: entry.at,
  ...(entry.resource ? { subject: `${entry.resource.kind}/${entry.resource.id}` } : {}),
  datacontenttype: 'application/json',
  sequence: String(place).padStart(12, '0'),
  data: entry,
});
