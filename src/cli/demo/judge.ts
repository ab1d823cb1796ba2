import type { SessionView } from '@lcm/core/api/sessions.ts';
import type { Role } from './cast.ts';

/** A session of the demo as it went. */
export interface Told {
  role: Role;
  session: SessionView;
  seconds: number;
  /** `8/12 FAIL`; empty where nothing was graded. */
  score: string;
}

/** Whether the session ended as its candidate deserves. */
export function wentRight({ role: { expected }, session }: Pick<Told, 'role' | 'session'>): boolean {
  return (
    session.status === expected.status &&
    session.ending?.outcome === expected.outcome &&
    session.gradeResult === expected.result
  );
}

/** What went wrong, a line each: sessions that did not end right, and things left behind. None is a success. */
export function faultsFound({ told, left }: { told: readonly Told[]; left: readonly string[] }): string[] {
  const wrong = told
    .filter((one) => !wentRight(one))
    .map(({ role: { who, expected }, session: { status, ending, gradeResult } }) => {
      const is = [status, ending?.outcome, gradeResult, ending?.reason].filter(Boolean).join(', ');
      const should = [expected.status, expected.outcome, expected.result].filter(Boolean).join(', ');
      return `${who}'s session is ${is}; it should be ${should}`;
    });
  return [...wrong, ...left.map((thing) => `left behind: ${thing}`)];
}
