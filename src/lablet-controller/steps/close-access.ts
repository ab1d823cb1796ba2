import type { SessionStep } from './step.ts';

/** From now on the candidate can look, but change nothing: what is collected stays what was there at the end. */
export const closeAccess: SessionStep = {
  skip: ({ context: { deps, session } }) =>
    deps.lds && session.userSession ? undefined : 'the session has no access through LDS',
  run: async ({ context: work }) => {
    const { lds } = work.deps;
    if (!lds) return undefined;
    const alive = (await lds.findByReference(work.session.id)).filter(({ state }) => state !== 'ARCHIVED');
    for (const { id } of alive) {
      work.holdFast();
      await lds.closeAccess(id);
    }
    return { closed: alive.length };
  },
};
