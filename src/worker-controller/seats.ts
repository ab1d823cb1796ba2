import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { LicenceType } from '@lcm/core/domain/resources.ts';
import type { Visit } from './visit.ts';

/** The allowance that counts the seats of a licence type. */
export const licencePool = (type: LicenceType): string => `licences/${type}`;

/**
 * Who holds a seat: one attempt of one worker, for a seat that went down with an instance stays taken at the
 * licence service while the next attempt needs another.
 */
const seatHolder = (workerId: string, attempt: number): string => `${workerId}/${attempt}`;

/** The worker and the attempt of a holder. */
export function holderOf(seat: string): { workerId: string; attempt: number } {
  const at = seat.lastIndexOf('/');
  return { workerId: seat.slice(0, at), attempt: Number(seat.slice(at + 1)) };
}

/** The allowance that counts the workers of a region. */
export const regionPool = (region: string): string => `workers/${region}`;

/** Takes a seat of the worker's licence pool; once is enough. @throws Refusal `quota` where none is free */
export async function takeSeat(visit: Visit): Promise<void> {
  const { template } = visit.worker;
  if (template.licenceType === 'EVALUATION') return;
  const holder = holderNow(visit);
  const id = licencePool(template.licenceType);
  const limit = visit.settings.licencePools[template.licenceType] ?? null;
  await toAllowance(visit, id, { type: 'setLimit', id, limit });
  await toAllowance(visit, id, { type: 'take', id, holder, amount: 1 });
}

/** Whether the worker holds a seat of its licence pool, and so may be registered. */
export async function holdsSeat(visit: Visit): Promise<boolean> {
  const { template } = visit.worker;
  if (template.licenceType === 'EVALUATION') return false;
  try {
    const { state } = await visit.deps.client.internal.allowances.get({
      params: { id: licencePool(template.licenceType) },
    });
    return state.holds[holderNow(visit)] !== undefined;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'notFound') return false;
    throw error;
  }
}

/** Gives the seat back, which must be free at the licence service by now. */
export async function giveSeatBack(visit: Visit): Promise<void> {
  const holder = holderNow(visit);
  await toAllowance(visit, licencePool(visit.worker.template.licenceType), { type: 'giveBack', holder });
}

/** Gives the place in the region's maximum back, once no instance is left. */
export async function giveRegionBack(visit: Visit): Promise<void> {
  const { region, id: holder } = visit.worker;
  await toAllowance(visit, regionPool(region), { type: 'giveBack', holder });
}

const holderNow = ({ worker }: Visit): string => seatHolder(worker.id, worker.attempts);

type AllowanceAct =
  | { type: 'setLimit'; id: string; limit: number | null }
  | { type: 'take'; id: string; holder: string; amount: number }
  | { type: 'giveBack'; holder: string };

async function toAllowance(visit: Visit, id: string, command: AllowanceAct): Promise<void> {
  try {
    await visit.deps.client.internal.allowances.command({
      params: { id },
      body: { command },
      headers: visit.headers(),
    });
  } catch (error) {
    // What nobody ever took needs no giving back.
    const never = error instanceof Refusal && error.code === 'notFound';
    if (!(never && command.type === 'giveBack')) throw error;
  }
}
