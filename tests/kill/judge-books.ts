import { isFinal } from '@lcm/core/domain/decider.ts';
import { held } from '@lcm/core/domain/session.ts';
import { USER_SESSION_TRANSITIONS } from '@lcm/core/domain/user-session.ts';
import type { LedgerEntry, LedgerKind } from '@lcm/simulator/ledger.ts';
import type { Books } from './books.ts';

/** What there is twice that there should be once, in words. */
export function doubled(books: Books): string[] {
  return [
    ...doubledInstances(books),
    ...doubledSeats(books),
    ...perSession(books, 'ldsSession', ({ detail }) => detail['reference']),
    ...perSession(books, 'gradingJob', ({ detail }) => String(detail['reference']).split('/')[0]),
    // Its title ends with the session that it was made for.
    ...perSession(books, 'lab', ({ detail }) => String(detail['title']).split(' ').at(-1)),
    ...sharedPorts(books),
  ];
}

/** What is still there that should be gone, in words. */
export function left(books: Books): string[] {
  return [
    ...books.ledger.open.map(({ kind, id }) => `${kind} ${id} in the simulated world`),
    ...books.workers
      .filter(({ status }) => status !== 'TERMINATED')
      .map(({ id, status }) => `${id} is ${status}`),
    ...books.workerLedgers.flatMap(({ workerId, reservations, ports }) => [
      ...Object.keys(reservations).map((id) => `reservation ${id} on ${workerId}`),
      ...Object.keys(ports).map((port) => `port ${port} of ${workerId}`),
    ]),
    ...books.allowances.flatMap(({ id, holds }) =>
      Object.keys(holds).map((holder) => `seat of ${holder} in ${id}`),
    ),
    ...books.sessions.flatMap((session) => held(session).map((what) => `${what}, held by ${session.id}`)),
    ...books.userSessions
      .filter(({ status }) => !isFinal(USER_SESSION_TRANSITIONS, status))
      .map(({ id, status }) => `user session ${id} is ${status}`),
    ...books.labRecords
      .filter(({ status }) => !GONE.has(status))
      .map(({ id, status }) => `lab record ${id} is ${status}`),
    ...books.tasks.filter(({ status }) => status !== 'DONE').map(({ title }) => `task "${title}"`),
  ];
}

const GONE: ReadonlySet<string> = new Set(['DELETED', 'ARCHIVED', 'ORPHANED']);
const WORKER_TAG = 'lcm:worker_id';

/** One per launch attempt; without faults of EC2's the first attempt is the only one. */
function doubledInstances({ instances, workers, ledger }: Books): string[] {
  const byWorker = Map.groupBy(instances, ({ tags }) => tags[WORKER_TAG] ?? '');
  const made = ledger.all.filter(({ kind }) => kind === 'instance').length;
  return [
    ...[...byWorker]
      .filter(([id, some]) => some.length > 1 || !workers.some((worker) => worker.id === id))
      .map(([id, some]) => `${some.length} instances of ${id || 'no worker'}: ${some.map((one) => one.id)}`),
    ...(made === instances.length ? [] : [`${made} instances were made, ${instances.length} are known`]),
  ];
}

/** A worker registers once each time it is started. */
function doubledSeats({ ledger, instances, workers }: Books): string[] {
  const seats = ledger.all.filter(({ kind }) => kind === 'licenceSeat');
  return [...Map.groupBy(seats, ({ id }) => id)].flatMap(([server, ofOne]) => {
    const worker = workers.find(
      ({ id }) => id === instances.find((one) => one.id === server)?.tags[WORKER_TAG],
    );
    const starts =
      worker?.history.filter(({ from, to }) => to === 'STARTING' && from !== 'RUNNING').length ?? 0;
    return ofOne.length > starts
      ? [`${ofOne.length} licence seats of ${server}, started ${starts} times`]
      : [];
  });
}

/** Things of a kind that are there for one session each. */
function perSession(
  { ledger, sessions }: Books,
  kind: LedgerKind,
  sessionOf: (entry: LedgerEntry) => unknown,
): string[] {
  const all = ledger.all.filter((entry) => entry.kind === kind);
  return [...Map.groupBy(all, sessionOf)].flatMap(([session, entries]) => {
    if (!sessions.some(({ id }) => id === session)) return [`a ${kind} of ${session}, which is no session`];
    return entries.length > 1 ? [`${entries.length} of ${kind} for session ${session}`] : [];
  });
}

/** Labs that were there at the same time, on the same server, with the same port. */
function sharedPorts({ ledger, labRecords }: Books): string[] {
  const labs = ledger.all.filter(({ kind }) => kind === 'lab');
  const stays = labs.flatMap(({ id, detail, openedAt, closedAt = '9999' }) => {
    const ports = labRecords.find(({ cmlLabId }) => cmlLabId === id)?.ports ?? {};
    return Object.values(ports).map((port) => ({
      id,
      place: `${detail['server']}:${port}`,
      openedAt,
      closedAt,
    }));
  });
  return [...Map.groupBy(stays, ({ place }) => place)].flatMap(([place, some]) => {
    const inOrder = some.toSorted((one, other) => one.openedAt.localeCompare(other.openedAt));
    return inOrder.flatMap((one, index) => {
      const next = inOrder[index + 1];
      return next && next.openedAt < one.closedAt
        ? [`port ${place} of labs ${one.id} and ${next.id} at once`]
        : [];
    });
  });
}
