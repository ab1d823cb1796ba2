import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { FaultPlan } from '@lcm/simulator/faults.ts';
import { z } from 'zod';

const entry = z.looseObject({ kind: z.string(), id: z.string() });
const ledger = z.looseObject({ open: z.array(entry), costUsd: z.number() });

/** What the simulated world says is there, and what everything has cost. */
export type SimulatorLedger = z.infer<typeof ledger>;

/** The simulated world as a person or a judge reaches it: what never fails, whatever else does. */
export function simulatorLevers(simulatorUrl: string) {
  const send = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await fetch(simulatorUrl + path, { method, ...(body === undefined ? {} : json) });
    const text = await answer.text();
    if (answer.ok) return text === '' ? undefined : JSON.parse(text);
    const said = `${method} ${path} answered ${answer.status}: ${text.slice(0, 200)}`;
    throw new Refusal('unavailable', `the simulator: ${said}`);
  };
  return {
    send,
    ledger: async (): Promise<SimulatorLedger> => ledger.parse(await send('GET', '/admin/ledger')),
    setFaults: async (plan: FaultPlan): Promise<void> => {
      await send('PUT', '/admin/faults', plan);
    },
  };
}
