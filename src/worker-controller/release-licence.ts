import type { LiveCml } from './cml-server.ts';
import { readLicence } from './licence.ts';
import { isFree, isUnderWay } from './licence-rules.ts';
import { giveSeatBack, holdsSeat } from './seats.ts';
import { raiseWorkerTask, taskId } from './tasks.ts';
import type { Visit } from './visit.ts';

/** How giving the licence back stands. */
export type Release = 'released' | 'waiting' | 'gaveUp';

/** The task about a licence that was not given back; when it is done, its seat counts as free again. */
const releaseTaskKey = (attempt: number): string => `licence-${attempt}`;
export const releaseTaskId = (workerId: string, attempt: number): string =>
  taskId(workerId, releaseTaskKey(attempt));

/** Whether there is a licence to give back: a seat is held, and it was not given up on before. */
export async function mustRelease(visit: Visit): Promise<boolean> {
  return !hasGivenUp(visit) && (await holdsSeat(visit));
}

/**
 * Gives the licence back and waits, a bounded time, until CML says that it is; only then the seat counts as
 * free. After that time a person is told, and the instance may go all the same.
 * @param limitMs milliseconds since the worker entered its status
 */
export async function releaseLicence(
  visit: Visit,
  cml: LiveCml | { silent: string },
  limitMs: number,
): Promise<Release> {
  const tooLate = visit.elapsed() > limitMs;
  if ('silent' in cml) {
    if (!tooLate) return 'waiting';
    await giveUp(visit, cml.silent);
    return 'gaveUp';
  }
  const licence = await readLicence(visit, cml);
  if (isFree(licence)) {
    await visit.setCondition('Licensed', 'False', 'Released', 'the licence was given back');
    await visit.setCondition('LicenceReleased', 'True', 'Released', 'the licence was given back');
    await giveSeatBack(visit);
    return 'released';
  }
  if (tooLate) {
    await giveUp(visit, `CML says registration ${licence.registration}`);
    return 'gaveUp';
  }
  if (!isUnderWay(licence)) {
    visit.holdFast();
    await cml.server.system.deregister();
  }
  return 'waiting';
}

/** Tells a person that a seat stays taken at the licence service. */
export async function giveUp(visit: Visit, why: string): Promise<void> {
  const { name, attempts, licence, template } = visit.worker;
  const udi = licence?.udi ?? 'unknown';
  await raiseWorkerTask(visit, releaseTaskKey(attempts), {
    title: `Licence of worker ${name} was not given back`,
    description:
      `Its ${template.licenceType} seat is still taken at the licence service: ${why}. ` +
      `Remove the product instance with UDI ${udi} in the smart account, then close this task.`,
    priority: 'high',
  });
  await visit.setCondition('LicenceReleased', 'False', 'GaveUp', `${why}; UDI ${udi}`);
}

function hasGivenUp(visit: Visit): boolean {
  return visit.worker.conditions.some(
    ({ type, reason }) => type === 'LicenceReleased' && reason === 'GaveUp',
  );
}
