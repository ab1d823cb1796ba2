import type { Worker } from '@lcm/core/domain/worker-state.ts';
import { unlessMissing } from '../missing.ts';
import type { SessionWork } from '../session-work.ts';

/**
 * What the expressions of a session's pipelines read besides `steps`: `session` as it is when one is evaluated,
 * its `definition`, and its `worker`, null where there is none. Who sits the lab is left out, and so are the
 * addresses that its author is notified at, which may let in whoever has them.
 */
export async function expressionScope(work: SessionWork): Promise<Readonly<Record<string, unknown>>> {
  const [definition, worker] = await Promise.all([work.definition(), workerOf(work)]);
  const { ownerNotification: _, ...spec } = definition.spec;
  return {
    get session() {
      // `steps` has what the steps of this run gave; earlier runs and events are of no use, and large.
      const { candidate: _candidate, pipelines: _pipelines, inbound: _inbound, ...session } = work.session;
      return session;
    },
    definition: { ...definition, spec },
    worker: worker ?? null,
  };
}

async function workerOf({ session, deps }: SessionWork): Promise<Worker | undefined> {
  const id = session.placement?.workerId ?? session.lab?.workerId;
  return id && unlessMissing(deps.client.internal.workers.get({ params: { id } }));
}
