import { isFinal } from '@lcm/core/domain/decider.ts';
import { isReusable, LAB_TRANSITIONS, type LabRecord } from '@lcm/core/domain/lab-record.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { z } from 'zod';
import { isPristine } from '../labs/pristine.ts';
import { isWiped } from '../labs/removal.ts';
import type { SessionWork } from '../session-work.ts';
import { type ReachableSite, reachable } from '../site.ts';
import { outputOf, type SessionStep } from './step.ts';
import { variablesOutput } from './variables.ts';

export const labResolveOutput = z.object({
  labRecordId: z.string(),
  /** Absent where the lab has yet to be imported. */
  cmlLabId: z.string().optional(),
  origin: z.enum(['kept', 'reused', 'fresh']),
});
type Resolved = z.infer<typeof labResolveOutput>;

/**
 * Decides which lab the session gets: the one it has (after a pause, or after a crash), one of the same
 * definition version that nobody has, or a new one. For a new one only the intent is recorded here; it is
 * imported when its ports are known.
 */
export const labResolve: SessionStep = {
  run: async (call): Promise<Resolved> => {
    const work = call.context;
    const site = reachable(await work.site());
    return (await keptLab(work, site)) ?? (await reusedLab(work, site)) ?? freshLab(call);
  },
};

/** The lab that is the session's already. One that CML has lost is given up. */
async function keptLab(work: SessionWork, { labs, worker }: ReachableSite): Promise<Resolved | undefined> {
  const bound = await work.labRecords({ boundTo: work.session.id });
  for (const record of bound) {
    if (record.workerId !== worker.id || isFinal(LAB_TRANSITIONS, record.status)) continue;
    const { id: labRecordId, cmlLabId } = record;
    if (cmlLabId === undefined) {
      if (record.status === 'IMPORTING') return { labRecordId, origin: 'fresh' };
      continue;
    }
    if (await labs.get(cmlLabId)) return { labRecordId, cmlLabId, origin: 'kept' };
    await giveUp(work, record);
    if (work.session.lab?.labRecordId === labRecordId)
      await work.command({ type: 'unbindLab', labRecordId, reason: `CML has no lab ${cmlLabId} any more` });
  }
  return undefined;
}

/** A lab that is claimed before anything is done with it, so that no two sessions work on the same one. */
async function reusedLab(work: SessionWork, site: ReachableSite): Promise<Resolved | undefined> {
  const { spec, id: definitionId } = await work.definition();
  if (!spec.labReuse) return undefined;
  const status = ['WIPED', 'DEFINED', 'STOPPED'];
  for (const record of await work.labRecords({ workerId: site.worker.id, definitionId, status })) {
    if (!isReusable(record) || record.cmlLabId === undefined || record.source !== 'import') continue;
    if (!(await isUsable(work, site, record, record.cmlLabId))) continue;
    if (!(await claim(work, record))) continue;
    return { labRecordId: record.id, cmlLabId: record.cmlLabId, origin: 'reused' };
  }
  return undefined;
}

async function isUsable(
  work: SessionWork,
  { labs }: ReachableSite,
  record: LabRecord,
  cmlLabId: string,
): Promise<boolean> {
  const lab = await labs.get(cmlLabId);
  if (!lab) {
    await giveUp(work, record);
    return false;
  }
  const topology = await work.topology();
  return isWiped(lab) && isPristine(labs, cmlLabId, topology);
}

async function claim(work: SessionWork, { id }: LabRecord): Promise<boolean> {
  try {
    await work.commandLabRecord(id, { type: 'bind', sessionId: work.session.id });
    return true;
  } catch (refusal) {
    // Another session was faster.
    if (refusal instanceof Refusal && refusal.code === 'conflict') return false;
    throw refusal;
  }
}

async function giveUp(work: SessionWork, record: LabRecord): Promise<void> {
  await work.commandLedger(record.workerId, { type: 'releasePorts', labRecordId: record.id });
  await work.commandLabRecord(record.id, { type: 'orphan', reason: 'CML has no such lab any more' });
}

async function freshLab(call: Parameters<SessionStep['run']>[0]): Promise<Resolved> {
  const work = call.context;
  const { labRecordId, marker, title } = outputOf(call, 'variables', variablesOutput);
  const { id: definitionId, facts } = await work.definition();
  const { workerId } = work.session.placement ?? {};
  if (workerId === undefined) throw new Refusal('rule', `session ${work.session.id} is placed nowhere`);
  await work.commandLabRecord(labRecordId, {
    type: 'import',
    id: labRecordId,
    workerId,
    title,
    marker,
    definitionId,
    nodeCount: facts.nodeCount,
    sessionId: work.session.id,
  });
  return { labRecordId, origin: 'fresh' };
}
