import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { PollPace } from '@lcm/core/poll-pace.ts';
import type { CmlLab, CmlLabs } from '@lcm/core/spi/cml.ts';

/** How often a lab is looked at that is being stopped. */
export const STOPPING_PACE: PollPace = { atMostMs: 3_000 };

/** Whether a lab has been stopped: nothing of it runs. */
export const isStopped = (lab: CmlLab): boolean => lab.state === 'STOPPED' || isWiped(lab);

/** Whether nothing is left of a lab's nodes. */
export const isWiped = (lab: CmlLab): boolean => lab.state === 'DEFINED_ON_CORE';

/**
 * Takes the lab one step nearer to being stopped, wiped or deleted, as far as CML allows it now.
 * @returns whether it is there; if not, look again at `STOPPING_PACE`
 */
export async function bringTo(
  labs: CmlLabs,
  labId: string,
  target: 'stopped' | 'wiped' | 'deleted',
  holdFast: () => void,
): Promise<boolean> {
  let lab = await labs.get(labId);
  if (!lab) return true;
  if (!isStopped(lab)) {
    holdFast();
    await unlessBusy(labs.stop(labId));
    lab = await labs.get(labId);
    if (!lab) return true;
    if (!isStopped(lab)) return false;
  }
  if (target === 'stopped') return true;
  if (!isWiped(lab)) {
    holdFast();
    if (!(await unlessBusy(labs.wipe(labId)))) return false;
    lab = await labs.get(labId);
    if (!lab) return true;
    if (!isWiped(lab)) return false;
  }
  if (target === 'wiped') return true;
  holdFast();
  return unlessBusy(labs.delete(labId));
}

/** Whether CML took it; false where it says that the lab is busy with something else, or gone. */
async function unlessBusy(asked: Promise<void>): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}

const isBusy = (error: unknown): error is Refusal =>
  error instanceof Refusal && (error.code === 'conflict' || error.code === 'notFound');
