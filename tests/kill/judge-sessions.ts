import { SESSION_TRANSITIONS } from '@lcm/core/domain/session.ts';
import type { End, Fate } from './fates.ts';
import type { Life } from './life.ts';

/** A stretch of time in which the system did not run, in milliseconds since the epoch. */
export interface Outage {
  from: number;
  to: number;
}

/**
 * What is wrong with how these sessions ended, in words; nothing where each is where its fate has it, or has lost
 * its slot because the system was away for most of it.
 */
export function wrongWith(lives: readonly Life[], outages: readonly Outage[]): string[] {
  return lives.flatMap((life) =>
    (isExplained(life, outages) ? [] : faultsOf(life)).map(
      (what) => `${life.id ?? life.key} (${life.fate.name}): ${what}`,
    ),
  );
}

function faultsOf(life: Life): string[] {
  const { fate, session, scores, promised, trouble } = life;
  if (trouble !== undefined) return [trouble];
  if (!session) return ['has not come to its end'];
  const is: End = {
    status: session.status,
    outcome: session.ending?.outcome ?? 'failed',
    ...(session.gradeResult ? { result: session.gradeResult } : {}),
  };
  const { history, timeslot, ending } = session;
  const faults: string[] = [];
  if (!endsOf(fate, promised.outcome).some((end) => same(end, is)))
    faults.push(`${text(is)} (${ending?.reason}) in place of ${text(fate.end)}`);
  if (promised.slotEnd !== undefined && promised.slotEnd !== timeslot.end)
    faults.push(`its slot ends at ${timeslot.end} though ${promised.slotEnd} was promised`);
  const late = is.outcome === 'cancelled' && fate.orElse !== undefined;
  if (late ? scores.length > 1 : scores.length !== (is.result ? 1 : 0))
    faults.push(`has ${scores.length} score reports`);
  if (session.placements > 1) faults.push(`was placed ${session.placements} times`);
  for (const { from, to } of history)
    if (from && !SESSION_TRANSITIONS[from].includes(to)) faults.push(`went from ${from} to ${to}`);
  const usedUp = fate.slot === 'short';
  const collected = history.find(({ to }) => to === 'COLLECTING');
  if (usedUp && collected && collected.at < timeslot.end)
    faults.push(`was collected at ${collected.at}, before its slot was over at ${timeslot.end}`);
  return faults;
}

/** What the system has to run for, lead and slot together, to have a lab ready in time. */
const ENOUGH_MS = 10_000;

/** Whether a slot was lost for which the system was hardly there. */
export function isExplained({ session }: Life, outages: readonly Outage[]): boolean {
  const outcome = session?.ending?.outcome;
  if (!session || (outcome !== 'slotMissed' && outcome !== 'noShow')) return false;
  const { start, end, leadSeconds } = session.timeslot;
  const window = { from: Date.parse(start) - leadSeconds * 1_000, to: Date.parse(end) };
  const away = outages.map(({ from, to }) => Math.min(to, window.to) - Math.max(from, window.from));
  const awayMs = away.reduce((sum, ms) => sum + Math.max(0, ms), 0);
  return window.to - window.from - awayMs < ENOUGH_MS;
}

/** The ends that are right: an answer that was given holds; a cancellation may come too late or half-way. */
function endsOf({ end, orElse }: Fate, outcome: string | undefined): End[] {
  if (!orElse) return [end];
  const ends = [end, orElse, { ...end, ...(orElse.result ? { result: orElse.result } : {}) }];
  return outcome === undefined ? ends : ends.filter((one) => one.outcome === outcome);
}

const same = (one: End, other: End) =>
  one.status === other.status && one.outcome === other.outcome && one.result === other.result;
const text = ({ status, outcome, result }: End) => [status, outcome, result].filter(Boolean).join(' ');
