import type { LiveCml } from './cml-server.ts';
import { observeCml } from './cml-server.ts';
import type { Visit } from './visit.ts';

/**
 * Takes the worker out of CML's own admission and stops what still runs on it, whoever started it: a licence
 * can only be given back when nothing runs. True when all is still, or when it has taken too long.
 */
export async function stopLabs(visit: Visit, cml: LiveCml): Promise<boolean> {
  visit.holdFast();
  await cml.server.system.setAdmission('ONLINE');
  await observeCml(visit, cml, 'ONLINE');
  const labs = await cml.server.labs.list();
  const running = labs.filter(({ state }) => state !== 'STOPPED' && state !== 'DEFINED_ON_CORE');
  if (running.length === 0 || visit.elapsed() > visit.deps.limits.labStopMs) return true;
  for (const { id } of running) {
    visit.holdFast();
    await cml.server.labs.stop(id);
  }
  return false;
}
