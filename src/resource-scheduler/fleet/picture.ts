import { type Informer, startInformer } from '@lcm/core/controller/informer.ts';
import type { LabRecord } from '@lcm/core/domain/lab-record.ts';
import type { SystemSettingsValues } from '@lcm/core/domain/settings.ts';
import { ms } from '@lcm/core/domain/time.ts';
import type { WorkerLedger } from '@lcm/core/domain/worker-ledger.ts';
import { WORKER_STATUSES, type Worker } from '@lcm/core/domain/worker-state.ts';
import type { WorkerTemplate } from '@lcm/core/domain/worker-template.ts';
import { candidateOf } from '@lcm/core/placement/candidate.ts';
import { Fleet } from '@lcm/core/placement/fleet.ts';
import { type Growth, growthWithin } from '@lcm/core/placement/growth.ts';
import { REUSABLE_STATUSES } from '@lcm/core/placement/reusable-labs.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import type { StateBus } from '@lcm/core/spi/state-bus.ts';
import type { SchedulerClient } from '../client.ts';
import { listAll, listById } from './listing.ts';
import { Mirror } from './mirror.ts';

export interface PictureOptions {
  client: SchedulerClient;
  bus: StateBus;
  clock: Clock;
  random: Random;
  log: Log;
  resyncMs?: number | undefined;
}

/** Settings are read again after so long, even if nobody has said that they changed; milliseconds. */
const SETTINGS_MS = 30_000;
const LIVE_WORKERS = WORKER_STATUSES.filter((status) => status !== 'TERMINATED');

/**
 * The fleet in memory: workers, ledgers, labs, templates and settings, kept up to date by the bus and read
 * from the control plane. It may lag behind; the ledgers decide.
 */
export class FleetPicture {
  readonly fleet = new Fleet();
  readonly workers: Mirror<Worker>;
  readonly ledgers: Mirror<WorkerLedger>;
  /** Whoever waits for it must wait for these to be synced. */
  readonly informers: readonly Informer[];
  readonly #client: SchedulerClient;
  readonly #clock: Clock;
  readonly #labs: Mirror<LabRecord>;
  readonly #templates: Mirror<WorkerTemplate>;
  /** Workers whose candidate has to be drawn anew. */
  readonly #stale = new Set<string>();
  #settings: { at: number; values: SystemSettingsValues } | undefined;
  /** The lead for which all candidates were drawn. */
  #drawnFor: number | undefined;

  constructor(options: PictureOptions) {
    const { internal } = options.client;
    this.#client = options.client;
    this.#clock = options.clock;
    const watch = (prefix: string) => startInformer({ ...options, prefix });
    const workers = watch('/lcm/workers/');
    const ledgers = watch('/lcm/worker-ledgers/');
    const labs = watch('/lcm/lab-records/');
    const templates = watch('/lcm/worker-templates/');
    const settings = watch('/lcm/settings/');
    this.informers = [workers, ledgers, labs, templates, settings];
    const redraw = (id: string) => this.#stale.add(id);
    this.workers = new Mirror({
      informer: workers,
      get: internal.workers.get,
      getMany: () => listAll(internal.workers.list, { status: LIVE_WORKERS }),
      onChange: redraw,
    });
    this.ledgers = new Mirror({
      informer: ledgers,
      get: internal.workerLedgers.get,
      getMany: (ids) => listById(internal.workerLedgers.list, 'workerId', ids),
      onChange: redraw,
      // Ledgers outlive their workers.
      isOfNoInterest: (id) => !workers.cache.has(id) && !this.workers.all.has(id),
    });
    this.#labs = new Mirror({
      informer: labs,
      get: internal.labRecords.get,
      getMany: () => listAll(internal.labRecords.list, { status: [...REUSABLE_STATUSES] }),
      onChange: (id, lab) => (lab ? this.fleet.labs.put(lab) : this.fleet.labs.remove(id)),
      isOfNoInterest: (_id, value) => !REUSABLE_STATUSES.some((status) => status === value?.['status']),
    });
    this.#templates = new Mirror({
      informer: templates,
      get: internal.workerTemplates.get,
      getMany: () => listAll(internal.workerTemplates.list, {}),
    });
    settings.subscribe(({ type }) => {
      if (type !== 'resync') this.#settings = undefined;
    });
    // A ledger that came before its worker was of no interest then.
    workers.subscribe(({ type, id }) => {
      if (type === 'added') this.ledgers.doubt(id);
    });
  }

  /** Reads what has changed since the last time. */
  async refresh(): Promise<void> {
    await this.workers.refresh();
    await Promise.all([this.ledgers.refresh(), this.#labs.refresh(), this.#templates.refresh()]);
    const { workerLeadSeconds } = await this.settings();
    // When coming workers are ready depends on the lead.
    if (this.#drawnFor !== workerLeadSeconds) for (const id of this.workers.all.keys()) this.#stale.add(id);
    this.#drawnFor = workerLeadSeconds;
    for (const id of this.#stale) this.#draw(id, workerLeadSeconds);
    this.#stale.clear();
  }

  /** Settings in force. */
  async settings(): Promise<SystemSettingsValues> {
    const at = this.#clock.monotonic();
    if (this.#settings && at - this.#settings.at < SETTINGS_MS) return this.#settings.values;
    const values = await this.#client.internal.settings();
    this.#settings = { at, values };
    return values;
  }

  /** What is known of the worker is not to be trusted: it is read again next time. */
  doubt(workerId: string): void {
    this.workers.doubt(workerId);
    this.ledgers.doubt(workerId);
    this.#stale.add(workerId);
  }

  /** By what the fleet may grow, with the allowances read now. */
  async growth(): Promise<Growth> {
    const templates = [...this.#templates.all.values()].map(({ state }) => state);
    const ids = new Set(
      templates.flatMap(({ region, licenceType }) => [`workers/${region}`, `licences/${licenceType}`]),
    );
    const allowances = await listById(this.#client.internal.allowances.list, 'id', [...ids]);
    const known = allowances.map(({ state }) => state);
    return growthWithin(templates, known, await this.settings());
  }

  /** When a worker of each template was asked for last, milliseconds since the epoch. */
  lastScaleUp(): Map<string, number> {
    const last = new Map<string, number>();
    for (const { state } of this.workers.all.values()) {
      const { id } = state.template;
      last.set(id, Math.max(last.get(id) ?? 0, ms(state.createdAt)));
    }
    return last;
  }

  async stop(): Promise<void> {
    await Promise.all(this.informers.map((informer) => informer.stop()));
  }

  #draw(workerId: string, workerLeadSeconds: number): void {
    const worker = this.workers.all.get(workerId)?.state;
    if (!worker || worker.status === 'TERMINATED') this.fleet.remove(workerId);
    else this.fleet.put(candidateOf(worker, this.ledgers.all.get(workerId)?.state, workerLeadSeconds));
  }
}
