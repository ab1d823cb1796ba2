import { LAB_TRANSITIONS, type LabStatus } from '@lcm/core/domain/lab-record.ts';
import type { CmlLab } from '@lcm/core/spi/cml.ts';
import type { SessionWork } from '../session-work.ts';

/**
 * Notes how a lab stands, by way of one status between where the table demands one; a record that cannot
 * get there is left to discovery, which compares it with CML.
 */
export async function noteStatus(
  work: SessionWork,
  id: string,
  status: LabStatus,
  error?: string,
): Promise<void> {
  const record = await work.labRecord(id);
  if (!record || record.status === status) return;
  const next = LAB_TRANSITIONS[record.status];
  if (!next.includes(status)) {
    const between = next.find((one) => !DEAD_ENDS.includes(one) && LAB_TRANSITIONS[one].includes(status));
    if (!between) return;
    await work.commandLabRecord(id, { type: 'become', status: between });
  }
  await work.commandLabRecord(id, { type: 'become', status, ...(error ? { error } : {}) });
}

/** Statuses that say that something went wrong: never passed through on the way to another. */
const DEAD_ENDS: readonly LabStatus[] = ['ERROR', 'ORPHANED'];

/** A lab's state at CML in terms of lab records; what is unknown counts as discovered only. */
export function statusOf(lab: CmlLab): LabStatus {
  switch (lab.state) {
    case 'DEFINED_ON_CORE':
      return 'DEFINED';
    case 'STOPPED':
      return 'STOPPED';
    case 'QUEUED':
      return 'QUEUED';
    case 'STARTED':
    case 'BOOTED':
      return 'BOOTED';
    default:
      return 'DISCOVERED';
  }
}
