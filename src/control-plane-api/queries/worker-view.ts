import type { WorkerView } from '@lcm/core/api/workers.ts';
import { amountsOf, DIMENSIONS } from '@lcm/core/domain/resources.ts';
import { ms } from '@lcm/core/domain/time.ts';
import { claimsOf, peakUsage } from '@lcm/core/domain/usage.ts';
import type { WorkerLedger } from '@lcm/core/domain/worker-ledger.ts';
import type { Worker } from '@lcm/core/domain/worker-state.ts';
import type { Stored } from '@lcm/core/spi/state-store.ts';
import { workerCostUsd } from './cost.ts';

/** A worker with what is promised on it now, and what it has cost so far. */
export function workerView(
  stored: Stored<Worker>,
  ledger: WorkerLedger | undefined,
  now: number,
): WorkerView {
  const reservations = Object.values(ledger?.reservations ?? {});
  return {
    ...stored.state,
    version: stored.version,
    costUsd: workerCostUsd(stored.state, now),
    sessions: reservations.filter((one) => ms(one.from) <= now && now < ms(one.to)).length,
    ...(ledger ? { admission: ledger.admission } : {}),
    occupancy: occupancy(ledger, now),
  };
}

function occupancy(ledger: WorkerLedger | undefined, now: number): WorkerView['occupancy'] {
  const share = { cpuCores: 0, memoryGb: 0, storageGb: 0, nodes: 0, ports: 0, sessions: 0 };
  if (!ledger) return share;
  const taken = peakUsage(claimsOf(ledger), { from: now, to: now + 1 });
  const foreign = amountsOf(ledger.foreign);
  for (const dimension of DIMENSIONS) {
    const limit = ledger.capacity[dimension];
    const standing = dimension === 'sessions' ? 0 : foreign[dimension];
    share[dimension] = limit > 0 ? Math.round(((taken[dimension] + standing) / limit) * 1000) / 1000 : 0;
  }
  return share;
}
