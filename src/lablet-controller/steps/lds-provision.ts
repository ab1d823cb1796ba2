import type { LdsSession } from '@lcm/core/spi/lab-delivery-system.ts';
import { candidateDevices } from '../labs/candidate-devices.ts';
import type { SessionWork } from '../session-work.ts';
import { reachable } from '../site.ts';
import { labOf, type SessionStep } from './step.ts';

/**
 * Gives the candidate a way in: one LDS session with the lab's devices. LDS knows no idempotency key, so the
 * intent is recorded first, a session that an earlier attempt made is found by our reference, and doubles are
 * archived.
 */
export const ldsProvision: SessionStep = {
  skip: async ({ context: work }) => {
    if (!work.deps.lds) return 'no Lab Delivery System is set up';
    const { spec } = await work.definition();
    return spec.formQualifiedName ? undefined : 'the definition has no form in LDS';
  },
  run: async ({ context: work }) => {
    const { lds } = work.deps;
    const { spec } = await work.definition();
    if (!lds || !spec.formQualifiedName) return undefined;
    const { consoleHost } = reachable(await work.site());
    const id = userSessionId(work);
    const { formQualifiedName } = spec;
    // The session first: what it does not know of, its teardown cannot close.
    if (work.session.userSession?.id !== id)
      await work.command({ type: 'openUserSession', userSessionId: id });
    await work.commandUserSession(id, { type: 'open', id, sessionId: work.session.id, formQualifiedName });
    const session = await theOne(work, lds, formQualifiedName);
    const devices = await candidateDevices(work, labOf(work).ports, consoleHost);
    work.holdFast();
    await lds.setDevices(session.id, devices);
    const loginUrl = await lds.launchUrl(session.id);
    await work.commandUserSession(id, { type: 'provision', ldsSessionId: session.id, loginUrl, devices });
    await work.command({ type: 'openUserSession', userSessionId: id, ldsSessionId: session.id });
    return { userSessionId: id, ldsSessionId: session.id };
  },
};

/** One per placement: after a pause the candidate comes back to the same. */
function userSessionId({ session }: SessionWork): string {
  if (session.userSession?.open) return session.userSession.id;
  return `us-${session.id}-${session.pipelines.instantiate?.run ?? 1}`;
}

async function theOne(
  work: SessionWork,
  lds: NonNullable<SessionWork['deps']['lds']>,
  formQualifiedName: string,
): Promise<LdsSession> {
  const { session } = work;
  const alive = (await lds.findByReference(session.id)).filter(({ state }) => state !== 'ARCHIVED');
  const known = alive.find(({ id }) => id === session.userSession?.ldsSessionId) ?? alive[0];
  for (const double of alive) {
    if (double.id === known?.id) continue;
    work.holdFast();
    await lds.archive(double.id);
  }
  if (known) return known;
  work.holdFast();
  return lds.create({
    reference: session.id,
    formQualifiedName,
    candidate: session.candidate,
    start: session.timeslot.start,
    end: session.timeslot.end,
  });
}
