import { reachCml } from './cml-server.ts';
import type { Presence } from './instance.ts';
import { releaseLicence } from './release-licence.ts';
import { stopLabs } from './stop-labs.ts';
import type { Visit } from './visit.ts';

/**
 * Stops the labs of a worker that goes and gives its licence back. True when that is done, or given up after
 * its time.
 * @param limitMs milliseconds since the worker entered its status
 */
export async function emptyCml(visit: Visit, presence: Presence, limitMs: number): Promise<boolean> {
  const cml =
    presence.at === 'there'
      ? await reachCml(visit, presence.instance)
      : { silent: 'EC2 does not find its instance' };
  if (!('silent' in cml) && !(await stopLabs(visit, cml))) return false;
  return (await releaseLicence(visit, cml, limitMs)) !== 'waiting';
}
