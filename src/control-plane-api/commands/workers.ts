import type { WorkerView } from '@lcm/core/api/workers.ts';
import { type WorkerId, type WorkerTemplateId, workerId } from '@lcm/core/domain/ids.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { iso } from '@lcm/core/domain/time.ts';
import type { WorkerCommand } from '@lcm/core/domain/worker.ts';
import type { Worker } from '@lcm/core/domain/worker-state.ts';
import { capacityOf } from '@lcm/core/domain/worker-template.ts';
import type { Stored } from '@lcm/core/spi/state-store.ts';
import { actorOf, type Caller, ownKey } from '../auth/caller.ts';
import { newId, shortHash } from '../ids.ts';
import { loadExisting } from '../queries/load.ts';
import { oneWorkerView } from '../queries/views.ts';
import { loadVisible } from '../queries/visible.ts';
import type { Services } from '../services.ts';
import type { Terms } from './execute.ts';
import { takeSeat } from './seats.ts';
import { settleAdmission } from './worker-admission.ts';

/** A worker that is wanted. */
export interface WorkerWish {
  id: string;
  templateId: WorkerTemplateId;
  name?: string | undefined;
  provisionAt?: string | undefined;
  forSession?: Worker['forSession'];
  by: string;
  reason?: string | undefined;
}

/** The allowance that bounds how many workers a region has at once. */
const regionAllowance = (region: string): string => `workers/${region}`;

/**
 * Makes a worker and its ledger: a seat of the region's maximum is taken first, then the worker is asked for,
 * then its ledger is opened. Repeating it with the same id finishes what a crash left.
 */
export async function requestWorker(
  services: Services,
  wish: WorkerWish,
  terms: Terms,
): Promise<Stored<Worker>> {
  const known = await services.store.load<Worker>('worker', wish.id);
  if (known) {
    await openLedger(services, known.state, wish.by);
    return known;
  }
  const template = (await loadExisting(services.store, 'worker-template', wish.templateId)).state;
  if (template.deleted || !template.enabled)
    throw new Refusal('conflict', `worker template ${template.name} is not enabled`);
  const settings = await services.settings.get();
  const { by } = wish;
  const seat = {
    allowance: regionAllowance(template.region),
    limit: settings.maxWorkersPerRegion,
    holder: wish.id,
    kind: 'worker' as const,
    by,
  };
  await takeSeat(services, seat, (worker) => (worker as Worker).status === 'TERMINATED');
  const name = wish.name ?? `${template.name}-${shortHash(wish.id).slice(0, 5)}`;
  const { provisionAt, forSession, reason } = wish;
  const id = workerId.parse(wish.id);
  const stored = await askFor(
    services,
    { type: 'request', id, name, template, provisionAt, forSession, by, reason },
    terms,
  );
  await openLedger(services, stored.state, by);
  return stored;
}

/** The worker, also where the same wish came twice at once and the other was quicker. */
async function askFor(
  services: Services,
  command: Extract<WorkerCommand, { type: 'request' }>,
  terms: Terms,
): Promise<Stored<Worker>> {
  try {
    return await services.commands.execute('worker', command.id, command, terms);
  } catch (refusal) {
    if (!(refusal instanceof Refusal) || refusal.code !== 'conflict') throw refusal;
    return loadExisting(services.store, 'worker', command.id);
  }
}

async function openLedger(services: Services, { id, template }: Worker, by: string): Promise<void> {
  const command = {
    type: 'openLedger' as const,
    workerId: id,
    capacity: capacityOf(template),
    portRange: template.portRange,
    by,
  };
  await services.commands.execute('worker-ledger', id, command);
}

/** Asks for a worker by hand. */
export async function createWorker(
  services: Services,
  wish: { templateId: WorkerTemplateId; name?: string | undefined; provisionAt?: string | undefined },
  caller: Caller,
  more: { idempotencyKey?: string | undefined; correlationId?: string | undefined },
): Promise<WorkerView> {
  await loadVisible(services, 'worker-template', wish.templateId, caller);
  const id = newId(
    'w',
    services.random,
    more.idempotencyKey ? { caller: ownKey(caller), key: more.idempotencyKey } : undefined,
  );
  const stored = await requestWorker(
    services,
    { ...wish, id, by: actorOf(caller) },
    { correlationId: more.correlationId },
  );
  if (stored.state.template.id !== wish.templateId) {
    throw new Refusal('conflict', `this Idempotency-Key has made worker ${id} already, of another template`, {
      facts: { workerId: id },
    });
  }
  return oneWorkerView(services, stored);
}

/** What an operator does to a worker. */
export interface WorkerAction {
  id: WorkerId;
  caller: Caller;
  terms: Terms;
  reason?: string | undefined;
  force: boolean;
}

type Simple = 'drain' | 'undrain' | 'stop' | 'start' | 'terminate' | 'retry';

/**
 * Drains, stops, starts or terminates. Its ledger closes first, with no reservation left on it, or opens
 * again first, so that no session is ever promised capacity that is on its way out.
 */
export async function actOnWorker(
  services: Services,
  action: WorkerAction,
  type: Simple,
): Promise<WorkerView> {
  const { id, caller, terms, reason, force } = action;
  if (force && !(caller.roles.includes('admin') && reason)) {
    throw new Refusal('forbidden', 'only an admin may force this, and must give a reason');
  }
  const stored = await loadVisible(services, 'worker', id, caller);
  if (terms.expectedVersion !== undefined && terms.expectedVersion !== stored.version) {
    throw new Refusal(
      'staleVersion',
      `worker ${id} is at version ${stored.version}, not ${terms.expectedVersion}: read it again`,
    );
  }
  // Asked before the ledger is touched, so that a refused action leaves nothing closed.
  const by = actorOf(caller);
  const command: WorkerCommand = { type, by, reason };
  services.commands.rehearse('worker', stored, command);
  // A crash may have come between a worker and its ledger.
  await openLedger(services, stored.state, by);
  await setAdmission(services, id, type, force, by, reason);
  let after: Stored<Worker>;
  try {
    after = await services.commands.execute('worker', id, command, terms);
  } finally {
    // Somebody else may have acted in between, or the worker refused: its ledger follows what has become of it.
    await settleAdmission(services, id, { by, reason }).catch((error: unknown) =>
      services.log.warn({ err: error, workerId: id }, 'a ledger may not fit its worker yet'),
    );
  }
  if (type !== 'start') return oneWorkerView(services, after);
  const settings = await services.settings.get();
  const until = iso(services.clock.now() + settings.snoozeSeconds * 1000);
  return oneWorkerView(
    services,
    await services.commands.execute('worker', id, { type: 'snooze', until, by }),
  );
}

async function setAdmission(
  services: Services,
  id: WorkerId,
  type: Simple,
  force: boolean,
  by: string,
  reason: string | undefined,
): Promise<void> {
  switch (type) {
    case 'drain':
      await services.commands.execute('worker-ledger', id, { type: 'drain', by, reason });
      return;
    case 'stop':
    case 'terminate':
      await services.commands.execute('worker-ledger', id, { type: 'close', force, by, reason });
      return;
    case 'undrain':
    case 'start':
    case 'retry':
      await services.commands.execute('worker-ledger', id, { type: 'reopen', by, reason });
  }
}
