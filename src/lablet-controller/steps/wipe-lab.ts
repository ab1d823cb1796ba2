import { isFinal } from '@lcm/core/domain/decider.ts';
import type { LabRecord } from '@lcm/core/domain/lab-record.ts';
import { LAB_TRANSITIONS } from '@lcm/core/domain/lab-record.ts';
import { ms } from '@lcm/core/domain/time.ts';
import { StepWaits } from '@lcm/core/pipeline/step-handler.ts';
import { isMadeFor, poolMarker, withMarker } from '../labs/marker.ts';
import { isPristine } from '../labs/pristine.ts';
import { noteStatus } from '../labs/record-status.ts';
import { bringTo, STOPPING_PACE } from '../labs/removal.ts';
import type { SessionWork } from '../session-work.ts';
import { type ReachableSite, reachable } from '../site.ts';
import { keepsEverything, type SessionStep } from './step.ts';

/** Milliseconds after which an import that was sent to CML has either come to something or never will. */
const IMPORT_SETTLES_MS = 150_000;

/**
 * Gives the labs back. Every lab at CML with the session's marker goes, doubles of an import included; the
 * session's own is kept for the next one where its definition wants that and nothing of the candidate's work
 * is in it. A reset only wipes it.
 */
export const wipeLab: SessionStep = {
  skip: ({ context: { session } }) =>
    keepsEverything(session) && session.afterStop !== 'reset' ? 'the session goes on later' : undefined,
  run: async ({ context: work }) => {
    const site = await work.site();
    // A worker that is gone took its labs along; on one that is off, discovery removes them when it is back.
    if (site.standing === 'gone' || site.standing === 'stopped') return undefined;
    const here = reachable(site);
    if (keepsEverything(work.session)) return resetLab(work, here);
    const records = await ownRecords(work, here);
    const kept = await keptForReuse(work, here);
    const removed = await removeAll(work, here, records, kept);
    for (const record of records) {
      if (record.id === kept?.labRecordId) continue;
      // Ports first: a record that is DELETED is not looked at again.
      await work.commandLedger(record.workerId, { type: 'releasePorts', labRecordId: record.id });
      await noteStatus(work, record.id, 'DELETED');
    }
    return { removed, ...(kept ? { kept: kept.cmlLabId } : {}) };
  },
};

async function resetLab(work: SessionWork, { labs }: ReachableSite): Promise<undefined> {
  const { lab } = work.session;
  if (!lab) return undefined;
  await until(work, labs, lab.cmlLabId, 'wiped');
  await noteStatus(work, lab.labRecordId, 'WIPED');
  return undefined;
}

/** Records of labs that were made or claimed for the session on this worker and are not gone yet. */
async function ownRecords(work: SessionWork, { worker }: ReachableSite): Promise<LabRecord[]> {
  const bound = await work.labRecords({ boundTo: work.session.id });
  return bound.filter((record) => record.workerId === worker.id && !isFinal(LAB_TRANSITIONS, record.status));
}

/** The session's own lab, wiped and marked as nobody's, if it may serve another session. */
async function keptForReuse(
  work: SessionWork,
  { labs }: ReachableSite,
): Promise<{ labRecordId: string; cmlLabId: string } | undefined> {
  const { lab, ending, afterStop } = work.session;
  const { spec } = await work.definition();
  const failed = afterStop === 'replace' || ending?.outcome === 'failed' || ending?.outcome === 'workerLost';
  if (!lab || failed || !spec.labReuse) return undefined;
  const known = await labs.get(lab.cmlLabId);
  if (!known) return undefined;
  const topology = await work.topology();
  if (!(await isPristine(labs, lab.cmlLabId, topology))) return undefined;
  await until(work, labs, lab.cmlLabId, 'wiped');
  const marker = poolMarker(work.deps.installation, lab.labRecordId);
  work.holdFast();
  await labs.patch(lab.cmlLabId, { notes: withMarker(known.notes, marker) });
  await noteStatus(work, lab.labRecordId, 'WIPED');
  return lab;
}

/** A session may end before the lab that it has claimed says so: its record does. */
async function removeAll(
  work: SessionWork,
  { labs }: ReachableSite,
  records: readonly LabRecord[],
  kept: { cmlLabId: string } | undefined,
): Promise<number> {
  const { id, lab } = work.session;
  const marked = (await labs.list())
    .filter(({ notes }) => isMadeFor(notes, work.deps.installation, id))
    .map((one) => one.id);
  const claimed = records.flatMap(({ cmlLabId }) => cmlLabId ?? []);
  const doomed = new Set([...(lab ? [lab.cmlLabId] : []), ...claimed, ...marked]);
  if (kept) doomed.delete(kept.cmlLabId);
  for (const labId of doomed) await until(work, labs, labId, 'deleted');
  const leftMs = await unsettledMs(work);
  if (leftMs > 0) throw new StepWaits('an import whose answer never came may still appear', leftMs);
  return doomed.size;
}

/** How long a lab may still appear whose import was never answered. */
async function unsettledMs(work: SessionWork): Promise<number> {
  const records = await work.labRecords({ boundTo: work.session.id, status: 'IMPORTING' });
  const begun = work.session.pipelines.instantiate?.steps['tags_sync'];
  if (records.length === 0 || !begun?.startedAt) return 0;
  return ms(begun.startedAt) + IMPORT_SETTLES_MS - work.now();
}

async function until(
  work: SessionWork,
  labs: ReachableSite['labs'],
  labId: string,
  target: 'wiped' | 'deleted',
): Promise<void> {
  if (await bringTo(labs, labId, target, () => work.holdFast())) return;
  throw new StepWaits(`lab ${labId} is not ${target} yet`, STOPPING_PACE);
}
