import { isFinal } from '@lcm/core/domain/decider.ts';
import type { Kind, StateOf } from '@lcm/core/domain/kinds.ts';
import { LAB_TRANSITIONS } from '@lcm/core/domain/lab-record.ts';
import { SESSION_TRANSITIONS } from '@lcm/core/domain/session.ts';
import { WORKER_TRANSITIONS } from '@lcm/core/domain/worker.ts';
import type { LedgerEntry } from '@lcm/simulator/ledger.ts';
import type { VirtualSystem } from '../e2e/virtual-system.ts';

/** What is there when all is over. */
export interface Aftermath {
  /** How everything ended, in words that are the same for every run of a scenario that ended the same. */
  ends: string[];
  /** What nobody has given back: in the simulated world, and in the system's own books. */
  left: string[];
  /** How many there were of each kind of thing in the simulated world. */
  made: Record<string, number>;
  /** Things that were there twice at the same time, and for how long. */
  doubles: { kind: string; of: string; seconds: number }[];
}

/** Whether nothing is under way any more; the seat of a host that has failed stays taken until a person sees to it. */
export async function isOver(system: VirtualSystem): Promise<boolean> {
  const sessions = await all(system, 'session');
  const workers = await all(system, 'worker');
  const gradings = await all(system, 'grading-session');
  return (
    sessions.every(({ status }) => isFinal(SESSION_TRANSITIONS, status)) &&
    workers.every(({ status }) => isFinal(WORKER_TRANSITIONS, status)) &&
    gradings.every(({ status }) => ['SUBMITTED', 'FAULTED'].includes(status)) &&
    system.ledger().every(({ kind, closedAt }) => closedAt !== undefined || kind === 'licenceSeat')
  );
}

/** Reads it off the books of the simulated world and those of the system. */
export async function aftermathOf(system: VirtualSystem): Promise<Aftermath> {
  const entries = system.ledger();
  const made: Record<string, number> = {};
  for (const { kind } of entries) made[kind] = (made[kind] ?? 0) + 1;
  return {
    ends: await endsOf(system),
    left: [
      ...entries.filter(({ closedAt }) => !closedAt).map(({ kind }) => kind),
      ...(await heldIn(system)),
    ].sort(),
    made,
    doubles: doublesIn(entries),
  };
}

async function endsOf(system: VirtualSystem): Promise<string[]> {
  const reports = await all(system, 'score-report');
  const sessions = (await all(system, 'session')).map(({ id, candidate, status, ending, gradeResult }) => {
    const scores = reports.filter(({ sessionId }) => sessionId === id).map(({ score }) => score);
    const end = [status, ending?.outcome, gradeResult, ...scores].filter((part) => part !== undefined);
    return `session ${candidate?.givenName}: ${end.join(' ')}`;
  });
  const workers = (await all(system, 'worker')).map(({ status }) => `worker: ${status}`);
  const tasks = (await all(system, 'task')).map(({ title }) => `task: ${title.replaceAll(/\S*\d\S*/g, '…')}`);
  // How many workers there were is a matter of when they were needed.
  return [...sessions, ...new Set(workers), ...tasks].sort();
}

/** What is still promised, or thought to be there. */
async function heldIn(system: VirtualSystem): Promise<string[]> {
  const ledgers = await all(system, 'worker-ledger');
  const allowances = await all(system, 'allowance');
  const users = await all(system, 'user-session');
  const labs = await all(system, 'lab-record');
  return [
    ...ledgers.flatMap(({ reservations }) => Object.keys(reservations).map(() => 'reservation')),
    ...allowances.flatMap(({ id, holds }) => Object.keys(holds).map(() => `seat of ${id}`)),
    ...users.filter(({ status }) => status !== 'ENDED').map(({ status }) => `user session ${status}`),
    ...labs
      .filter(({ status }) => !isFinal(LAB_TRANSITIONS, status) && status !== 'ORPHANED')
      .map(({ status }) => `lab record ${status}`),
  ];
}

/** Things of one kind and purpose that overlapped in time. */
function doublesIn(entries: readonly LedgerEntry[]): Aftermath['doubles'] {
  const found: Aftermath['doubles'] = [];
  for (const [purpose, same] of Map.groupBy(entries, purposeOf)) {
    if (purpose === undefined) continue;
    for (const [index, one] of same.entries()) {
      const next = same[index + 1];
      if (!next) continue;
      const end = one.closedAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(one.closedAt);
      const seconds = (end - Date.parse(next.openedAt)) / 1_000;
      if (seconds > 0) found.push({ kind: one.kind, of: purpose, seconds });
    }
  }
  return found;
}

/** What there should be one of at a time; undefined where there may be many alike, as labs that wait for a session. */
function purposeOf({ kind, detail }: LedgerEntry): string | undefined {
  const { reference, name, title } = detail;
  const session = /\bs-\w+/.exec(String(title))?.[0];
  const subject = reference ?? name ?? session;
  return subject === undefined ? undefined : `${kind} ${subject}`;
}

async function all<K extends Kind>({ store }: VirtualSystem, kind: K): Promise<StateOf<K>[]> {
  const { items } = await store.list<StateOf<K>>(kind, { limit: 1_000 });
  return items.map(({ state }) => state);
}
