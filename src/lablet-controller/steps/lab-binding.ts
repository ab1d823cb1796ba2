import { labRecordId as asLabRecordId } from '@lcm/core/domain/ids.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { labResolveOutput } from './lab-resolve.ts';
import { portsAllocOutput } from './ports-alloc.ts';
import { outputOf, type SessionStep } from './step.ts';
import { tagsSyncOutput } from './tags-sync.ts';
import { variablesOutput } from './variables.ts';

/** Tells the session which lab it has. */
export const labBinding: SessionStep = {
  run: async (call) => {
    const work = call.context;
    const { labRecordId } = outputOf(call, 'lab_resolve', labResolveOutput);
    const { cmlLabId } = outputOf(call, 'tags_sync', tagsSyncOutput);
    const { ports } = outputOf(call, 'ports_alloc', portsAllocOutput);
    const { title } = outputOf(call, 'variables', variablesOutput);
    const { workerId } = work.session.placement ?? {};
    if (workerId === undefined) throw new Refusal('rule', `session ${work.session.id} is placed nowhere`);
    const lab = { labRecordId: asLabRecordId.parse(labRecordId), workerId, cmlLabId, title, ports };
    await work.command({ type: 'bindLab', lab });
    return { cmlLabId };
  },
};
