import type { ReconcileContext } from '@lcm/core/controller/controller.ts';
import type { Definition } from '@lcm/core/domain/definition-state.ts';
import { labRecordId as asLabRecordId } from '@lcm/core/domain/ids.ts';
import { isReusable, type LabRecord, type LabStatus } from '@lcm/core/domain/lab-record.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { licenceServes } from '@lcm/core/domain/resources.ts';
import { portsOf } from '@lcm/core/domain/worker-ledger.ts';
import type { Worker } from '@lcm/core/domain/worker-state.ts';
import { writePorts } from '@lcm/core/topology/write-ports.ts';
import { getText } from '../content-json.ts';
import type { LabletDependencies } from '../dependencies.ts';
import { type ReachableSite, siteOf } from '../site.ts';
import { poolMarker } from './marker.ts';

const POOL_STATUSES: readonly LabStatus[] = ['IMPORTING', 'DEFINED', 'WIPED', 'ERROR'];

/**
 * Keeps as many labs of a definition imported and stopped as it wants, on workers that are up, so that a
 * session finds one there. One lab a look: the next look makes the next one.
 * @returns whether another look is wanted
 */
export async function fillWarmPool(
  deps: LabletDependencies,
  definition: Definition,
  context: ReconcileContext,
): Promise<boolean> {
  const { warmPoolDepth, labReuse } = definition.spec;
  if (warmPoolDepth === 0 || !labReuse || definition.status !== 'ACTIVE') return false;
  const where = JSON.stringify({ definitionId: definition.id, status: POOL_STATUSES });
  const { items } = await deps.client.internal.labRecords.list({ query: { where, limit: 1_000 } });
  const records = items.map(({ state }) => state).filter(({ boundTo }) => boundTo === undefined);
  // CML does not want this topology: asking again would only leave more records of that.
  if (records.some(({ status }) => status === 'ERROR')) return false;
  const unfinished = records.find(({ status }) => status === 'IMPORTING');
  const ready = records.filter(isReusable).length;
  if (!unfinished && ready >= warmPoolDepth) return false;
  const record = unfinished ?? (await intend(deps, definition, records, context));
  const site = record && (await siteOf(deps, record.workerId));
  if (record && site?.standing === 'gone') {
    const sent = { command: { type: 'orphan' as const, reason: 'its worker is gone' } };
    await deps.client.internal.labRecords.command({
      params: { id: record.id },
      body: sent,
      headers: context.headers(),
    });
  }
  if (!record || site?.standing !== 'here') return true;
  await makeLab(deps, definition, record, site, context);
  return ready + 1 < warmPoolDepth;
}

/** Records that a lab will be made, on the worker that has the fewest of them; nothing while none is up. */
async function intend(
  deps: LabletDependencies,
  definition: Definition,
  records: readonly LabRecord[],
  context: ReconcileContext,
): Promise<LabRecord | undefined> {
  const where = JSON.stringify({ status: 'RUNNING' });
  const { items } = await deps.client.internal.workers.list({ query: { where, limit: 1_000 } });
  const count = ({ id }: Worker) => records.filter(({ workerId }) => workerId === id).length;
  const [worker] = items
    .map(({ state }) => state)
    .filter(({ template }) => licenceServes(template.licenceType, definition.spec.licenceAffinity))
    .toSorted((one, other) => count(one) - count(other));
  if (!worker) return undefined;
  const id = `lab-${deps.random.uuid()}`;
  const command = {
    type: 'import' as const,
    id,
    workerId: worker.id,
    title: `${definition.spec.name} ${definition.spec.version}`.slice(0, 64),
    marker: poolMarker(deps.installation, id),
    definitionId: definition.id,
    nodeCount: definition.facts.nodeCount,
  };
  const sent = { params: { id }, body: { command }, headers: context.headers() };
  return (await deps.client.internal.labRecords.command(sent)).state;
}

/** Takes ports and imports, once: an import whose answer was lost is found by its marker. */
async function makeLab(
  deps: LabletDependencies,
  definition: Definition,
  { id, workerId, marker = '', title }: LabRecord,
  { labs }: ReachableSite,
  context: ReconcileContext,
): Promise<void> {
  const { labRecords, workerLedgers } = deps.client.internal;
  const names = definition.facts.ports.map(({ name }) => name);
  const headers = () => context.headers();
  const taken = await workerLedgers.command({
    params: { id: workerId },
    body: { command: { type: 'allocatePorts', labRecordId: id, names } },
    headers: headers(),
  });
  const ports = portsOf(taken.state, asLabRecordId.parse(id));
  const tell = (command: Parameters<typeof labRecords.command>[0]['body']['command']) =>
    labRecords.command({ params: { id }, body: { command }, headers: headers() });
  await tell({ type: 'recordPorts', ports });
  const found = (await labs.list()).find(({ notes }) => notes.split('\n').includes(marker));
  if (found) {
    await tell({ type: 'recordImported', cmlLabId: found.id });
    return;
  }
  const text = await getText(deps.content, definition.content.topologyKey);
  const written = writePorts(text, { ports, portDefinitions: definition.facts.ports, title, marker });
  context.fence(1_000);
  try {
    const { labId } = await labs.import(written);
    await tell({ type: 'recordImported', cmlLabId: labId });
  } catch (refusal) {
    // CML does not want it: there is no lab, and the ports are free again.
    if (refusal instanceof Refusal && refusal.code === 'rule') {
      const command = { type: 'releasePorts' as const, labRecordId: id };
      await workerLedgers.command({ params: { id: workerId }, body: { command }, headers: headers() });
      await tell({ type: 'become', status: 'ERROR', error: refusal.message });
    }
    throw refusal;
  }
}
