import type { ReconcileContext } from '@lcm/core/controller/controller.ts';
import type { SystemSettingsValues } from '@lcm/core/domain/settings.ts';
import { ms } from '@lcm/core/domain/time.ts';
import type { WorkerLedger } from '@lcm/core/domain/worker-ledger.ts';
import type { ConditionType, Worker, WorkerObservation } from '@lcm/core/domain/worker-state.ts';
import { untilNextLook } from '@lcm/core/poll-pace.ts';
import type { WorkerDeps } from './deps.ts';
import type { InternalClient } from './internal-client.ts';

/** When to look again; at the next change or resync where nothing is said. */
export type Next = { againInMs: number } | undefined;

/** Milliseconds for which a lease must still last when a call to the outside begins. */
const HOLD_MS = 2_000;

type WorkerAct = Parameters<InternalClient['workers']['command']>[0]['body']['command'];
type LedgerAct = Parameters<InternalClient['workerLedgers']['command']>[0]['body']['command'];

/**
 * One look at one worker: its state as last read or written, and the ways to change it. Every write is fenced
 * and carries the version that it was decided on.
 */
export class Visit {
  readonly deps: WorkerDeps;
  readonly settings: SystemSettingsValues;
  readonly #context: ReconcileContext;
  #stored: { state: Worker; version: number };

  constructor(
    deps: WorkerDeps,
    settings: SystemSettingsValues,
    context: ReconcileContext,
    stored: { state: Worker; version: number },
  ) {
    this.deps = deps;
    this.settings = settings;
    this.#context = context;
    this.#stored = stored;
  }

  get worker(): Worker {
    return this.#stored.state;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.deps.clock.now();
  }

  /** Milliseconds that the worker has been in its status. */
  elapsed(): number {
    return this.now() - ms(this.worker.statusSince);
  }

  /** Look again soon: often at first, ever less often the longer it takes. */
  soon(): { againInMs: number } {
    return { againInMs: untilNextLook(this.elapsed(), this.deps.limits.pace) };
  }

  /**
   * Makes sure, right before an effect outside, that the worker is still ours. Calls may outlast a lease; who
   * holds it next finds what they did by token, tag and state.
   */
  holdFast(): void {
    this.#context.fence(HOLD_MS);
  }

  headers(): { 'x-lcm-fence': string } {
    return this.#context.headers();
  }

  async act(command: WorkerAct): Promise<void> {
    this.#stored = await this.deps.client.internal.workers.command({
      params: { id: this.worker.id },
      body: { command, expectedVersion: this.#stored.version },
      headers: this.headers(),
    });
  }

  /** Reports what was seen, unless it is known. */
  async observe(observation: WorkerObservation): Promise<void> {
    const news = Object.entries(observation).some(([part, value]) => {
      const known = this.worker[part as keyof WorkerObservation];
      return value !== undefined && JSON.stringify(value) !== JSON.stringify(known);
    });
    if (news) await this.act({ type: 'observe', observation });
  }

  async setCondition(
    type: ConditionType,
    status: 'True' | 'False' | 'Unknown',
    reason: string,
    message: string,
  ): Promise<void> {
    const known = this.worker.conditions.find((one) => one.type === type);
    if (known?.status === status && known.reason === reason && known.message === message) return;
    await this.act({ type: 'setCondition', condition: { type, status, reason, message } });
  }

  /** Milliseconds for which the condition has had its present status; 0 where it was never reported. */
  conditionAge(type: ConditionType): number {
    const known = this.worker.conditions.find((one) => one.type === type);
    return known ? this.now() - ms(known.since) : 0;
  }

  async ledger(): Promise<WorkerLedger> {
    const { state } = await this.deps.client.internal.workerLedgers.get({ params: { id: this.worker.id } });
    return state;
  }

  async actOnLedger(command: LedgerAct): Promise<WorkerLedger> {
    const { state } = await this.deps.client.internal.workerLedgers.command({
      params: { id: this.worker.id },
      body: { command },
      headers: this.headers(),
    });
    return state;
  }

  /** Takes the worker out of service for good or until it is tried again. */
  async fail(reason: string): Promise<void> {
    await this.act({ type: 'fail', reason });
    await this.setCondition('Schedulable', 'False', 'Failed', reason);
  }
}
