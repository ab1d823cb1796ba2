import type { WorkerId } from '@lcm/core/domain/ids.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { WorkerLedgerCommand } from '@lcm/core/domain/worker-ledger.ts';
import type { Worker, WorkerStatus } from '@lcm/core/domain/worker-state.ts';
import { loadExisting } from '../queries/load.ts';
import type { Services } from '../services.ts';

/** Who changes a worker, and why. */
interface Asker {
  by: string;
  reason?: string | undefined;
}

/** How often a worker may change its status while its ledger follows. */
const ATTEMPTS = 8;

/** What a worker's ledger is told in each status; it stays as it is where nothing is said. */
const BY_STATUS: Partial<Record<WorkerStatus, 'reopen' | 'drain' | 'close'>> = {
  PENDING: 'reopen',
  PROVISIONING: 'reopen',
  STARTING: 'reopen',
  RUNNING: 'reopen',
  DRAINING: 'drain',
  STOPPING: 'close',
  TERMINATING: 'close',
  TERMINATED: 'close',
};

/**
 * Makes the ledger what the worker's status wants, whoever changed either meanwhile: of several that act on a
 * worker at once, each closes or opens its ledger first, and the last to come here finds how it ended.
 */
export async function settleAdmission(services: Services, id: WorkerId, asker: Asker): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const { status } = await workerOf(services, id);
    const told = BY_STATUS[status];
    if (told === 'close') await close(services, id, asker);
    else if (told) await tell(services, id, { type: told, ...asker });
    // Whoever changed the status after it was read may have been here already.
    if ((await workerOf(services, id)).status === status) return;
  }
}

/** What was promised in between is not taken back here: the ledger takes no more, and who looks after the worker sees to it. */
async function close(services: Services, id: WorkerId, asker: Asker): Promise<void> {
  try {
    await tell(services, id, { type: 'close', force: false, ...asker });
  } catch (refusal) {
    if (!(refusal instanceof Refusal) || refusal.code !== 'conflict') throw refusal;
    await tell(services, id, { type: 'drain', ...asker });
  }
}

const workerOf = async (services: Services, id: WorkerId): Promise<Worker> =>
  (await loadExisting(services.store, 'worker', id)).state;

const tell = (services: Services, id: WorkerId, command: WorkerLedgerCommand) =>
  services.commands.execute('worker-ledger', id, command);
