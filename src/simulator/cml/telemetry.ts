import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Collection } from '../state.ts';

/** One thing that happened, or that is due to happen unless it is called off. */
export interface TelemetryRecord {
  id: string;
  /** Milliseconds since the epoch; may lie ahead (a node that will have booted). */
  at: number;
  category: string;
  data: Record<string, unknown>;
}

/** The server's own log of what was done and by whom: what idle detection reads. */
export interface Telemetry {
  /** Notes an event now, or at a later time. */
  record(category: string, data: Record<string, unknown>, atMs?: number): void;
  /** Calls off what has not happened yet to these nodes. */
  callOff(nodeIds: ReadonlySet<string>): void;
  /** What has happened, oldest first. */
  happened(): TelemetryRecord[];
}

/** The oldest events are dropped past this many. */
const kept = 5_000;

export function openTelemetry(records: Collection<TelemetryRecord>, clock: Clock): Telemetry {
  let next = 1 + Math.max(0, ...records.values().map((record) => Number(record.id)));
  let count = records.values().length;

  const prune = () => {
    if (count <= kept * 1.2) return;
    for (const old of records
      .values()
      .sort(byTime)
      .slice(0, count - kept))
      records.delete(old.id);
    count = kept;
  };
  return {
    record: (category, data, atMs = clock.now()) => {
      const id = String(next++).padStart(12, '0');
      records.put(id, { id, at: atMs, category, data });
      count++;
      prune();
    },
    callOff: (nodeIds) => {
      const now = clock.now();
      for (const record of records.values()) {
        if (record.at <= now || !nodeIds.has(String(record.data['node_id']))) continue;
        records.delete(record.id);
        count--;
      }
    },
    happened: () => {
      const now = clock.now();
      return records
        .values()
        .filter((record) => record.at <= now)
        .sort(byTime);
    },
  };
}

const byTime = (a: TelemetryRecord, b: TelemetryRecord) => a.at - b.at || (a.id < b.id ? -1 : 1);
