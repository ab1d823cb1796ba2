import type { SessionView } from '@lcm/core/api/sessions.ts';
import type { SessionStatus } from '@lcm/core/api/vocabulary.ts';

/** Sessions of one definition that start together. */
export interface Start {
  at: number;
  definition: string;
  sessions: number;
  ready: number;
  building: number;
  waiting: number;
  atRisk: number;
}

export interface Outlook {
  all: number;
  byStatus: ReadonlyMap<SessionStatus, number>;
  /** Ids, worst first. */
  needsYou: readonly string[];
  starts: readonly Start[];
}

const DAY_MS = 86_400_000;
const BAD: readonly string[] = ['failed', 'workerLost', 'gradingFailed'];

/**
 * How things are, over all sessions: which need somebody, which start in the next day.
 * @param now milliseconds since the epoch
 */
export function outlookOf(sessions: Iterable<SessionView>, now: number): Outlook {
  const byStatus = new Map<SessionStatus, number>();
  const troubled: { view: SessionView; weight: number }[] = [];
  const starts = new Map<string, Start>();
  let all = 0;
  for (const view of sessions) {
    all += 1;
    byStatus.set(view.status, (byStatus.get(view.status) ?? 0) + 1);
    const weight = weightOf(view);
    if (weight > 0) troubled.push({ view, weight });
    countStart(starts, view, now);
  }
  return {
    all,
    byStatus,
    needsYou: troubled
      .sort((a, b) => b.weight - a.weight || (a.view.timeslot.start < b.view.timeslot.start ? -1 : 1))
      .map(({ view }) => view.id),
    starts: [...starts.values()].sort((a, b) => a.at - b.at || (a.definition < b.definition ? -1 : 1)),
  };
}

/** How much a session needs somebody: late ones most, then those at risk, then what has failed. */
function weightOf({ late, atRisk, ending, onHold }: SessionView): number {
  if (late) return 4;
  if (atRisk) return 3;
  if (ending && BAD.includes(ending.outcome)) return 2;
  return onHold ? 1 : 0;
}

const BEFORE_START: readonly SessionStatus[] = ['PENDING', 'SCHEDULED', 'INSTANTIATING', 'READY'];

function countStart(starts: Map<string, Start>, view: SessionView, now: number): void {
  const at = Date.parse(view.timeslot.start);
  if (at < now || at > now + DAY_MS || !BEFORE_START.includes(view.status)) return;
  const definition = `${view.definition.name} ${view.definition.version}`;
  const key = `${at} ${definition}`;
  const start = starts.get(key) ?? {
    at,
    definition,
    sessions: 0,
    ready: 0,
    building: 0,
    waiting: 0,
    atRisk: 0,
  };
  starts.set(key, start);
  start.sessions += 1;
  if (view.atRisk) start.atRisk += 1;
  if (view.status === 'READY') start.ready += 1;
  else if (view.status === 'INSTANTIATING') start.building += 1;
  else start.waiting += 1;
}
