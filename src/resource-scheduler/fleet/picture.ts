import { type Informer, startInformer } from '@lcm/core/controller/informer.ts';
import type { LabRecord } from '@lcm/core/domain/lab-record.ts';
import type { SystemSettingsValues } from '@lcm/core/domain/settings.ts';
import { ms } from '@lcm/core/domain/time.ts';
import type { WorkerLedger } from '@lcm/core/domain/worker-ledger.ts';
import type { Worker } from '@lcm/core/domain/worker-state.ts';
import type { WorkerTemplate } from '@lcm/core/domain/worker-template.ts';
import { candidateOf } from '@lcm/core/placement/candidate.ts';
import { Fleet } from '@lcm/core/placement/fleet.ts';
import { type Growth, growthWithin } from '@lcm/core/placement/growth.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Log } from '@lcm/core/spi/log.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import type { StateBus } from '@lcm/core/spi/state-bus.ts';
import { allPages, type SchedulerClient } from '../client.ts';
import { Mirror } from './mirror.ts';

export interface PictureOptions {
  client: SchedulerClient;
  bus: StateBus;
  clock: Clock;
  random: Random;
  log: Log;
  resyncMs?: number | undefined;
}

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
  readonly #labs: Mirror<LabRecord>;
  readonly #templates: Mirror<WorkerTemplate>;
  readonly #stale = new Set<string>();
  #settings: SystemSettingsValues | undefined;

  constructor(options: PictureOptions) {
    const { client } = options;
    const { internal } = client;
    this.#client = client;
    const watch = (prefix: string) => startInformer({ ...options, prefix });
    const [workers, ledgers, labs, templates, settings] = [
      watch('/lcm/workers/'),
      watch('/lcm/worker-ledgers/'),
      watch('/lcm/lab-records/'),
      watch('/lcm/worker-templates/'),
      watch('/lcm/settings/'),
    ];
    this.informers = [workers, ledgers, labs, templates, settings];
    this.workers = new Mirror(workers, internal.workers, (id) => this.#stale.add(id));
    this.ledgers = new Mirror(ledgers, internal.workerLedgers, (id) => this.#stale.add(id));
    this.#labs = new Mirror(labs, internal.labRecords, (_id, lab) => lab && this.fleet.labs.put(lab));
    this.#templates = new Mirror(templates, internal.workerTemplates, () => {});
    settings.subscribe(() => {
      this.#settings = undefined;
    });
  }

  /** Reads what has changed since the last time. */
  async refresh(): Promise<void> {
    await Promise.all([
      this.workers.refresh(),
      this.ledgers.refresh(),
      this.#labs.refresh(),
      this.#templates.refresh(),
    ]);
    await this.settings();
    for (const id of this.#stale) this.#redraw(id);
    this.#stale.clear();
  }

  /** Settings in force. */
  async settings(): Promise<SystemSettingsValues> {
    const before = this.#settings?.workerLeadSeconds;
    this.#settings ??= await this.#client.internal.settings();
    // When coming workers are ready depends on it.
    if (before !== this.#settings.workerLeadSeconds)
      for (const id of this.workers.all.keys()) this.#stale.add(id);
    return this.#settings;
  }

  /** Takes in what a write has answered, before the bus tells of it. */
  putWorker(worker: Worker, version: number, ledger?: { state: WorkerLedger; version: number }): void {
    this.workers.put(worker.id, worker, version);
    if (ledger) this.ledgers.put(worker.id, ledger.state, ledger.version);
    this.#redraw(worker.id);
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
    const allowances =
      ids.size === 0
        ? []
        : await allPages((cursor) =>
            this.#client.internal.allowances.list({
              query: { where: JSON.stringify({ id: [...ids] }), cursor },
            }),
          );
    return growthWithin(
      templates,
      allowances.map(({ state }) => state),
      await this.settings(),
    );
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

  #redraw(workerId: string): void {
    const worker = this.workers.all.get(workerId)?.state;
    if (!worker || !this.#settings || worker.status === 'TERMINATED') {
      this.fleet.remove(workerId);
      return;
    }
    const ledger = this.ledgers.all.get(workerId)?.state;
    this.fleet.put(candidateOf(worker, ledger, this.#settings.workerLeadSeconds));
  }
}
