import { labRecordId as asLabRecordId } from '@lcm/core/domain/ids.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { portsOf } from '@lcm/core/domain/worker-ledger.ts';
import { z } from 'zod';
import { labResolveOutput } from './lab-resolve.ts';
import { outputOf, type SessionStep } from './step.ts';

export const portsAllocOutput = z.object({ ports: z.record(z.string(), z.number().int()) });

/** Takes a port of the worker for each port of the definition; a lab that has them keeps them. */
export const portsAlloc: SessionStep = {
  run: async (call) => {
    const work = call.context;
    const { labRecordId } = outputOf(call, 'lab_resolve', labResolveOutput);
    const names = (await work.definition()).facts.ports.map(({ name }) => name);
    const { workerId } = work.session.placement ?? {};
    if (workerId === undefined) throw new Refusal('rule', `session ${work.session.id} is placed nowhere`);
    if (names.length === 0) return { ports: {} };
    const sessionId = work.session.id;
    const ledger = await work.commandLedger(workerId, {
      type: 'allocatePorts',
      labRecordId,
      sessionId,
      names,
    });
    if (!ledger) throw new Refusal('rule', `worker ${workerId} has no ledger`);
    const ports = portsOf(ledger, asLabRecordId.parse(labRecordId));
    await work.commandLabRecord(labRecordId, { type: 'recordPorts', ports });
    return { ports };
  },
};
