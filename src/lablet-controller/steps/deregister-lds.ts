import { isFinal } from '@lcm/core/domain/decider.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import { ms } from '@lcm/core/domain/time.ts';
import { USER_SESSION_TRANSITIONS, type UserSession } from '@lcm/core/domain/user-session.ts';
import { StepWaits } from '@lcm/core/pipeline/step-handler.ts';
import { unlessMissing } from '../missing.ts';
import { keepsEverything, type SessionStep } from './step.ts';

/** Milliseconds after which a `create` that was sent to LDS has either come to something or never will. */
const CREATE_SETTLES_MS = 60_000;

/**
 * Archives every LDS session that carries our reference, doubles included. Where a `create` may still be on
 * its way, because its answer never came, it looks again when that time is over.
 */
export const deregisterLds: SessionStep = {
  skip: ({ context: { session } }) => {
    if (keepsEverything(session)) return 'the session goes on later';
    return session.userSession?.open ? undefined : 'the session has no access through LDS';
  },
  run: async ({ context: work }) => {
    const { lds } = work.deps;
    const { userSession, id: reference } = work.session;
    if (!userSession) return undefined;
    const alive = (await lds?.findByReference(reference))?.filter(({ state }) => state !== 'ARCHIVED') ?? [];
    for (const { id } of alive) {
      work.holdFast();
      await lds?.archive(id);
    }
    const known = await unlessMissing(
      work.deps.client.internal.userSessions.get({ params: { id: userSession.id } }),
    );
    const leftMs = known && lds ? unsettledMs(work.session, work.now(), known) : 0;
    if (leftMs > 0) throw new StepWaits('an LDS session may still come', leftMs);
    if (known && !isFinal(USER_SESSION_TRANSITIONS, known.status))
      await work.commandUserSession(userSession.id, { type: 'become', status: 'ENDED' });
    await work.command({ type: 'closeUserSession' });
    return { archived: alive.length };
  },
};

/** How long a session may still appear at LDS whose creation was never answered. */
function unsettledMs({ pipelines }: Session, now: number, known: UserSession): number {
  const { instantiate, teardown } = pipelines;
  const step = instantiate?.steps['lds_provision'];
  const begun = step?.startedAt ?? known.updatedAt;
  if (step?.status !== 'COMPLETED') {
    // The last one may have been sent at any time until it failed, or was cut off for this.
    const sent = step?.endedAt ?? teardown?.startedAt ?? begun;
    return ms(sent) + CREATE_SETTLES_MS - now;
  }
  // The one that was answered is known; others went before it, if it was not the first.
  const isFirst = step.attempts <= 1 && known.createdAt >= begun;
  return isFirst ? 0 : ms(begun) + CREATE_SETTLES_MS - now;
}
