import type { DefinitionView } from '@lcm/core/api/definitions.ts';
import type { UserSession } from '@lcm/core/domain/user-session.ts';

// What is left of a view for those who may not read all of it; auth/access-rules.ts says who may.

/** A session, or an event of one, without who the candidate is. */
export function withoutCandidate<T extends { candidate?: unknown }>(view: T): Omit<T, 'candidate'> {
  const { candidate: _, ...shown } = view;
  return shown;
}

/** The LDS side of a session without how to log in to it and to its devices. */
export function withoutWaysIn({ loginUrl: _, ...shown }: UserSession): UserSession {
  return { ...shown, devices: [] };
}

/** A definition without the checks by which its labs are graded. */
export function withoutRubric<T extends Pick<DefinitionView, 'spec'>>(view: T): T {
  const { grading, ...spec } = view.spec;
  if (!grading) return view;
  const { rubric: _, ...shown } = grading;
  return { ...view, spec: { ...spec, grading: shown } };
}
