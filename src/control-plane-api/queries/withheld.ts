import type { DefinitionView } from '@lcm/core/api/definitions.ts';
import type { UserSession } from '@lcm/core/domain/user-session.ts';

// What is left of a view for those who may not read all of it; auth/access-rules.ts says who may.

/** Fields that tell who sits the lab: the owner's name may be an e-mail address. */
interface Candidate {
  candidate?: unknown;
  owner?: unknown;
  ownerKey?: unknown;
  bookedFor?: unknown;
}

/** A session, or an event of one, without who the candidate is. */
export function withoutCandidate<T extends Candidate>(view: T): Omit<T, keyof Candidate> {
  const { candidate: _, owner: __, ownerKey: ___, bookedFor: ____, ...shown } = view;
  return shown;
}

/** The LDS side of a session without how to log in to it and to its devices. */
export function withoutWaysIn({ loginUrl: _, ...shown }: UserSession): UserSession {
  return { ...shown, devices: [] };
}

/** A definition without the checks by which its labs are graded, and without where its author is told of them. */
export function withoutRubric<T extends Pick<DefinitionView, 'spec'>>(view: T): T {
  const { grading, ownerNotification: _, ...spec } = view.spec;
  if (!grading) return { ...view, spec };
  const { rubric: __, ...shown } = grading;
  return { ...view, spec: { ...spec, grading: shown } };
}
