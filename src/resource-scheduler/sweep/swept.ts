import type { ReconcileContext } from '@lcm/core/controller/controller.ts';
import type { WorkerLedger } from '@lcm/core/domain/worker-ledger.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { SchedulerClient, StoredSession, Versioned } from '../client.ts';
import type { FleetPicture } from '../fleet/picture.ts';

export interface SweepOptions {
  client: SchedulerClient;
  picture: FleetPicture;
  clock: Clock;
  log: Log;
  /** Milliseconds from one sweep to the next. */
  everyMs: number;
}

/** What a sweep looks at, and how it proves that it may write. */
export interface Swept extends SweepOptions {
  sessions: StoredSession[];
  ledgers: Versioned<WorkerLedger>[];
  headers: ReconcileContext['headers'];
}
