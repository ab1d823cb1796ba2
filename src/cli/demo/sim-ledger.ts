import { z } from 'zod';

const entry = z.looseObject({ kind: z.string(), id: z.string() });
const answer = z.looseObject({ open: z.array(entry), costUsd: z.number() });

/** What the simulated world says is there, and what everything has cost. */
export type SimulatorLedger = z.infer<typeof answer>;

/** Asks the simulator's ledger: the judge of whether everything was given back. */
export async function readSimulatorLedger(simulatorUrl: string): Promise<SimulatorLedger> {
  const response = await fetch(`${simulatorUrl}/admin/ledger`);
  if (!response.ok) throw new Error(`the simulator answered ${response.status} when asked for its ledger`);
  return answer.parse(await response.json());
}
