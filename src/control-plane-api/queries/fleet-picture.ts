import type { Allowance } from '@lcm/core/domain/allowance.ts';
import type { Kind } from '@lcm/core/domain/kinds.ts';
import type { LabRecord } from '@lcm/core/domain/lab-record.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import type { SystemSettingsValues } from '@lcm/core/domain/settings.ts';
import type { WorkerLedger } from '@lcm/core/domain/worker-ledger.ts';
import { WORKER_STATUSES, type Worker } from '@lcm/core/domain/worker-state.ts';
import type { WorkerTemplate } from '@lcm/core/domain/worker-template.ts';
import type { PlacementOptions } from '@lcm/core/placement/decide.ts';
import type { Fleet } from '@lcm/core/placement/fleet.ts';
import { fleetOf, optionsFor } from '@lcm/core/placement/picture.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';

/** The fleet as it is now, and what it may become. */
export interface Picture {
  fleet: Fleet;
  options: PlacementOptions;
  templates: WorkerTemplate[];
  workers: Worker[];
}

/** What it takes to take one. */
interface Surveyor {
  store: StateStore;
  clock: Clock;
  settings: { get(): Promise<SystemSettingsValues> };
}

/** Kinds that a picture is made of. */
export const PICTURED: ReadonlySet<Kind> = new Set<Kind>([
  'worker',
  'worker-ledger',
  'worker-template',
  'lab-record',
  'allowance',
  'settings',
]);

/** Everything placement looks at; a session's own reservation does not stand in its way. */
export async function takePicture(services: Surveyor, self?: Session): Promise<Picture> {
  const { store } = services;
  const settings = await services.settings.get();
  const live = WORKER_STATUSES.filter((status) => status !== 'TERMINATED');
  const workers = await all<Worker>(store, 'worker', { status: live });
  const ledgers = (
    await store.loadMany<WorkerLedger>(
      'worker-ledger',
      workers.map(({ id }) => id),
    )
  ).map(({ state }) => without(state, self));
  const labRecords = await all<LabRecord>(store, 'lab-record', { status: ['WIPED', 'STOPPED', 'DEFINED'] });
  const templates = await all<WorkerTemplate>(store, 'worker-template');
  const allowances = await all<Allowance>(store, 'allowance');
  const options = optionsFor(settings, { templates, allowances }, services.clock.now());
  return {
    fleet: fleetOf({ workers, ledgers, labRecords }, settings),
    options,
    templates,
    workers,
  };
}

function without(ledger: WorkerLedger, self: Session | undefined): WorkerLedger {
  if (!self?.placement) return ledger;
  const { [self.placement.id]: _, ...reservations } = ledger.reservations;
  return { ...ledger, reservations };
}

async function all<State>(
  store: StateStore,
  kind: Kind,
  where: Record<string, readonly string[]> = {},
): Promise<State[]> {
  const states: State[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list<State>(kind, { where, limit: 1_000, cursor });
    states.push(...page.items.map(({ state }) => state));
    cursor = page.nextCursor;
  } while (cursor);
  return states;
}
