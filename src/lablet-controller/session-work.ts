import type { ReconcileContext } from '@lcm/core/controller/controller.ts';
import type { Definition } from '@lcm/core/domain/definition-state.ts';
import type { LabRecord } from '@lcm/core/domain/lab-record.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import type { WorkerLedger } from '@lcm/core/domain/worker-ledger.ts';
import { parseTopology } from '@lcm/core/topology/parse-topology.ts';
import type { Topology } from '@lcm/core/topology/topology.ts';
import { getText } from './content-json.ts';
import type { InternalClient, LabletDependencies } from './dependencies.ts';
import { unlessMissing } from './missing.ts';
import { type Site, siteOf } from './site.ts';

export type SessionCommand = Parameters<InternalClient['sessions']['command']>[0]['body']['command'];
type LabRecordCommand = Parameters<InternalClient['labRecords']['command']>[0]['body']['command'];
type LedgerCommand = Parameters<InternalClient['workerLedgers']['command']>[0]['body']['command'];
type UserSessionCommand = Parameters<InternalClient['userSessions']['command']>[0]['body']['command'];

/** The session is no longer what the work under way was begun for: look again at what it is now. */
export class Superseded extends Error {
  constructor(session: Session) {
    super(`session ${session.id} is ${session.status} by now`);
    this.name = 'Superseded';
  }
}

/**
 * One look at one session: its state as last read or written, what belongs to it, and the ways to change it.
 * Every write carries the fence; nothing of it outlives the look.
 */
export class SessionWork {
  readonly deps: LabletDependencies;
  readonly #context: ReconcileContext;
  #stored: { state: Session; version: number };
  #definition: Definition | undefined;
  #topologyText: Promise<string> | undefined;
  #topology: Promise<Topology> | undefined;

  constructor(
    deps: LabletDependencies,
    context: ReconcileContext,
    stored: { state: Session; version: number },
  ) {
    this.deps = deps;
    this.#context = context;
    this.#stored = stored;
  }

  get session(): Session {
    return this.#stored.state;
  }

  get signal(): AbortSignal {
    return this.#context.signal;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.deps.clock.now();
  }

  /**
   * Makes sure, right before an effect outside, that nobody else works on this session. Calls that may take
   * longer than a lease are found again by their marker instead. @throws Refusal `staleFence`
   */
  holdFast(): void {
    this.#context.fence(EFFECT_MS);
  }

  headers(): { 'x-lcm-fence': string } {
    return this.#context.headers();
  }

  /** A command that holds whatever else has happened to the session meanwhile; its decider guards it. */
  async command(command: SessionCommand): Promise<Session> {
    return this.#send(command, {});
  }

  /** A command that was decided on the session as it was read. @throws Refusal `staleVersion` */
  async decide(command: SessionCommand): Promise<Session> {
    return this.#send(command, { expectedVersion: this.#stored.version });
  }

  async #send(command: SessionCommand, terms: { expectedVersion?: number }): Promise<Session> {
    const { state, version } = await this.deps.client.internal.sessions.command({
      params: { id: this.session.id },
      body: { command, ...terms },
      headers: this.headers(),
    });
    // Parallel steps write too: an answer that comes late must not bring an older state back.
    if (version >= this.#stored.version) this.#stored = { state, version };
    return this.session;
  }

  async definition(): Promise<Definition> {
    if (!this.#definition) {
      const id = this.session.definition.definitionId;
      this.#definition = (await this.deps.client.internal.definitions.get({ params: { id } })).state;
    }
    return this.#definition;
  }

  /** The definition's topology as its author wrote it. */
  topologyText(): Promise<string> {
    const read = async () => getText(this.deps.content, (await this.definition()).content.topologyKey);
    this.#topologyText ??= read();
    return this.#topologyText;
  }

  /** The same, read. Large ones take a few hundred milliseconds. */
  topology(): Promise<Topology> {
    this.#topology ??= this.topologyText().then(parseTopology);
    return this.#topology;
  }

  /** The worker that the session is placed on, and whether its labs can be reached. Read anew each time. */
  async site(): Promise<Site> {
    return siteOf(this.deps, this.session.placement?.workerId ?? this.session.lab?.workerId);
  }

  async labRecord(id: string): Promise<LabRecord | undefined> {
    return unlessMissing(this.deps.client.internal.labRecords.get({ params: { id } }));
  }

  /** Lab records by indexed fields, all of them. */
  async labRecords(where: Record<string, string | string[]>): Promise<LabRecord[]> {
    const query = { where: JSON.stringify(where), limit: 1_000 };
    const { items } = await this.deps.client.internal.labRecords.list({ query });
    return items.map(({ state }) => state);
  }

  async commandLabRecord(id: string, command: LabRecordCommand): Promise<LabRecord> {
    const sent = { params: { id }, body: { command }, headers: this.headers() };
    return (await this.deps.client.internal.labRecords.command(sent)).state;
  }

  /** Undefined where the worker has no ledger any more. */
  async commandLedger(id: string, command: LedgerCommand): Promise<WorkerLedger | undefined> {
    const sent = { params: { id }, body: { command }, headers: this.headers() };
    return unlessMissing(this.deps.client.internal.workerLedgers.command(sent));
  }

  async commandUserSession(id: string, command: UserSessionCommand): Promise<void> {
    const sent = { params: { id }, body: { command }, headers: this.headers() };
    await this.deps.client.internal.userSessions.command(sent);
  }
}

/** Milliseconds that most effects outside take at most. */
const EFFECT_MS = 1_000;
