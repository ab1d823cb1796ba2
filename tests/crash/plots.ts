import type { CrashPoint, Moment } from './effects-tap.ts';

const MOMENTS: readonly Moment[] = ['before', 'after', 'unrecorded'];

/** The points of one run, in the order in which they were reached, and when the process died at each. */
export interface Visited {
  point: CrashPoint;
  moment: Moment | undefined;
}

/** The text by which a point is known. */
export const nameOf = ({ service, actor, effect }: CrashPoint): string => `${service} | ${actor} | ${effect}`;

/**
 * Dies at every point when it is first reached, one after the other in one run.
 * @param seed chooses the moments, each in turn; a moment where all are to be the same
 */
export function atEveryPoint(seed: number | Moment) {
  const visited = new Map<string, Visited>();
  const next = (): Moment | undefined =>
    typeof seed === 'number' ? MOMENTS[(seed + visited.size) % MOMENTS.length] : seed;
  const at = (point: CrashPoint): Moment | undefined => {
    const name = nameOf(point);
    if (visited.has(name)) return undefined;
    const moment = next();
    visited.set(name, { point, moment });
    return moment;
  };
  return { at, visited };
}

/** Dies at one point only, when it is first reached. */
export function atPoint(wanted: string, moment: Moment) {
  let died = false;
  return {
    at: (point: CrashPoint): Moment | undefined => {
      if (died || nameOf(point) !== wanted) return undefined;
      died = true;
      return moment;
    },
    died: () => died,
  };
}
