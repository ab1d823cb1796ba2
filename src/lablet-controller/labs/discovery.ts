import type { ReconcileContext, ReconcileResult } from '@lcm/core/controller/controller.ts';
import { isFinal } from '@lcm/core/domain/decider.ts';
import { isReusable, LAB_TRANSITIONS, type LabRecord, type LabStatus } from '@lcm/core/domain/lab-record.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { SESSION_TRANSITIONS } from '@lcm/core/domain/session.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import type { CmlLab } from '@lcm/core/spi/cml.ts';
import type { InternalClient, LabletDependencies } from '../dependencies.ts';
import { unlessMissing } from '../missing.ts';
import { type ReachableSite, siteOf } from '../site.ts';
import { foreignUse } from './foreign-use.ts';
import { isPooled, type Marker, markersIn } from './marker.ts';
import { statusOf } from './record-status.ts';
import { bringTo } from './removal.ts';

/** Milliseconds between two looks at a worker's labs. */
const DISCOVERY_MS = 60_000;

type LabRecordCommand = Parameters<InternalClient['labRecords']['command']>[0]['body']['command'];

/**
 * Compares a worker's labs with what is known of them: labs that LCM did not make get a record and count as
 * taken capacity, records of labs that are gone are orphaned, and labs of sessions that are over are removed.
 */
export async function discoverLabs(
  deps: LabletDependencies,
  workerId: string,
  context: ReconcileContext,
): Promise<ReconcileResult> {
  const site = await siteOf(deps, workerId);
  if (site.standing !== 'here') return undefined;
  const discovery = new Discovery(deps, site, context);
  await discovery.run();
  return { againInMs: DISCOVERY_MS };
}

class Discovery {
  readonly #deps: LabletDependencies;
  readonly #site: ReachableSite;
  readonly #context: ReconcileContext;

  constructor(deps: LabletDependencies, site: ReachableSite, context: ReconcileContext) {
    this.#deps = deps;
    this.#site = site;
    this.#context = context;
  }

  async run(): Promise<void> {
    // Records are read first: a lab that is imported in between is found with its session, which is alive.
    const records = await this.#records();
    const labs = await this.#site.labs.list();
    const byCmlId = new Map(records.map((record) => [record.cmlLabId, record]));
    const foreign: CmlLab[] = [];
    for (const lab of labs) {
      const [marker] = markersIn(lab.notes).filter(
        ({ installation }) => installation === this.#deps.installation,
      );
      const record = byCmlId.get(lab.id) ?? (marker && beingPooled(records, marker));
      if (!marker) foreign.push(lab);
      if (marker) await this.#ours(lab, marker, record);
      else await this.#foreign(lab, record);
    }
    const present = new Set(labs.map(({ id }) => id));
    for (const record of records)
      if (record.cmlLabId !== undefined && !present.has(record.cmlLabId)) await this.#gone(record);
    await this.#count(foreign);
  }

  async #records(): Promise<LabRecord[]> {
    const where = JSON.stringify({ workerId: this.#site.worker.id });
    const { items } = await this.#deps.client.internal.labRecords.list({ query: { where, limit: 1_000 } });
    return items.map(({ state }) => state).filter(({ status }) => !isFinal(LAB_TRANSITIONS, status));
  }

  /** A lab of ours stays while its session has a use for it, or while it waits for another one. */
  async #ours(lab: CmlLab, marker: Marker, record: LabRecord | undefined): Promise<void> {
    if (record?.boundTo) return;
    if (isPooled(marker) && record) return;
    if (!isPooled(marker)) {
      const session = await unlessMissing(
        this.#deps.client.internal.sessions.get({ params: { id: marker.session } }),
      );
      if (session && !isSpare(lab, session)) return;
    }
    if (record && isReusable(record) && !(await this.#condemn(record.id))) return;
    const { labs } = this.#site;
    if (!(await bringTo(labs, lab.id, 'deleted', () => this.#context.fence()))) return;
    if (record) await this.#forget(record, 'DELETED');
  }

  /** Keeps a lab that is about to go from being claimed. Whether nobody was faster. */
  async #condemn(id: string): Promise<boolean> {
    const { labRecords } = this.#deps.client.internal;
    const { state, version } = await labRecords.get({ params: { id } });
    if (state.boundTo) return false;
    try {
      const command = { type: 'become' as const, status: 'DELETING' as const };
      const body = { command, expectedVersion: version };
      await labRecords.command({ params: { id }, body, headers: this.#context.headers() });
      return true;
    } catch (refusal) {
      if (refusal instanceof Refusal && refusal.code === 'staleVersion') return false;
      throw refusal;
    }
  }

  async #foreign(lab: CmlLab, record: LabRecord | undefined): Promise<void> {
    const { id: workerId } = this.#site.worker;
    if (record) {
      await this.#become(record, statusOf(lab));
      return;
    }
    const id = `lab-${workerId}-${lab.id}`;
    await this.#command(id, {
      type: 'discover',
      id,
      workerId,
      cmlLabId: lab.id,
      title: lab.title,
      nodeCount: lab.nodeCount,
      status: statusOf(lab),
    });
  }

  /** CML has no such lab any more. That of a session is the session's business: it may be about to say so. */
  async #gone(record: LabRecord): Promise<void> {
    if (record.boundTo) return;
    const ends = LAB_TRANSITIONS[record.status].includes('DELETED');
    await this.#forget(record, ends ? 'DELETED' : 'ORPHANED');
  }

  /** Ports first: a record that is gone is not looked at again. */
  async #forget(record: LabRecord, status: LabStatus): Promise<void> {
    const command = { type: 'releasePorts' as const, labRecordId: record.id };
    await unlessMissing(
      this.#deps.client.internal.workerLedgers.command({
        params: { id: record.workerId },
        body: { command },
        headers: this.#context.headers(),
      }),
    );
    await this.#become(record, status);
  }

  async #become(record: LabRecord, status: LabStatus): Promise<void> {
    if (!LAB_TRANSITIONS[record.status].includes(status)) return;
    await this.#command(record.id, { type: 'become', status });
  }

  async #command(id: string, command: LabRecordCommand): Promise<void> {
    const sent = { params: { id }, body: { command }, headers: this.#context.headers() };
    await this.#deps.client.internal.labRecords.command(sent);
  }

  /** What they use is not ours to give. */
  async #count(foreign: readonly CmlLab[]): Promise<void> {
    const command = { type: 'observeForeign' as const, ...(await foreignUse(this.#site.labs, foreign)) };
    await unlessMissing(
      this.#deps.client.internal.workerLedgers.command({
        params: { id: this.#site.worker.id },
        body: { command },
        headers: this.#context.headers(),
      }),
    );
  }
}

/**
 * Whether a session has no use for a lab that was made for it: because it is over, or because it works with
 * another one. A lab that is being built or torn down is the business of these steps.
 */
function isSpare(lab: CmlLab, { status, lab: bound }: Session): boolean {
  if (isFinal(SESSION_TRANSITIONS, status)) return true;
  const settled = status === 'READY' || status === 'RUNNING' || status === 'COLLECTING';
  return settled && bound !== undefined && bound.cmlLabId !== lab.id;
}

/** The record of a lab that is made for the pool, while its import is not answered yet. */
function beingPooled(records: readonly LabRecord[], marker: Marker): LabRecord | undefined {
  if (!isPooled(marker)) return undefined;
  return records.find(({ id, cmlLabId }) => id === marker.attempt && cmlLabId === undefined);
}
