import { describe, expect, it } from 'vitest';
import { isFinal, type TransitionTable } from './decider.ts';
import { DEFINITION_TRANSITIONS } from './definition.ts';
import { GRADING_TRANSITIONS } from './grading-session.ts';
import { LAB_TRANSITIONS } from './lab-record.ts';
import { FINAL_STATUS, SESSION_TRANSITIONS } from './session.ts';
import { OUTCOMES } from './session-state.ts';
import { USER_SESSION_TRANSITIONS } from './user-session.ts';
import { WORKER_TRANSITIONS } from './worker.ts';

/** The tables as the product's documents have them: one line per state, what follows the colon is where it may go. */
interface Machine {
  table: TransitionTable<string>;
  initial: string[];
  final: string[];
  documented: string;
}

const MACHINES: Record<string, Machine> = {
  session: {
    table: SESSION_TRANSITIONS,
    initial: ['PENDING'],
    final: ['ARCHIVED', 'EXPIRED', 'TERMINATED'],
    documented: `
      PENDING: SCHEDULED, EXPIRED, TERMINATED
      SCHEDULED: INSTANTIATING, SCHEDULED, PENDING, STOPPING
      INSTANTIATING: READY, STOPPING
      READY: RUNNING, STOPPING
      RUNNING: COLLECTING, STOPPING
      COLLECTING: GRADING, STOPPING
      GRADING: STOPPING
      STOPPING: STOPPED, PENDING
      STOPPED: INSTANTIATING, COLLECTING, STOPPING, ARCHIVED, EXPIRED, TERMINATED
      ARCHIVED:
      EXPIRED:
      TERMINATED:`,
  },
  worker: {
    table: WORKER_TRANSITIONS,
    initial: ['PENDING'],
    final: ['TERMINATED'],
    documented: `
      PENDING: PROVISIONING, FAILED, TERMINATED
      PROVISIONING: STARTING, FAILED, TERMINATING
      STARTING: RUNNING, STOPPING, FAILED, TERMINATING
      RUNNING: DRAINING, STOPPING, STARTING, FAILED, TERMINATING
      DRAINING: RUNNING, STOPPING, FAILED, TERMINATING
      STOPPING: STOPPED, FAILED, TERMINATING
      STOPPED: STARTING, TERMINATING
      FAILED: PENDING, TERMINATING
      TERMINATING: TERMINATED
      TERMINATED:`,
  },
  'lab record': {
    table: LAB_TRANSITIONS,
    initial: ['DISCOVERED', 'IMPORTING'],
    final: ['DELETED', 'ARCHIVED'],
    documented: `
      DISCOVERED: IMPORTING, DEFINED, STARTING, BOOTED, STOPPED, WIPED, DELETED, ORPHANED
      IMPORTING: DEFINED, ERROR, ORPHANED
      DEFINED: STARTING, BOOTED, WIPING, DELETING, DELETED, ORPHANED, ERROR
      STARTING: QUEUED, BOOTED, STOPPED, ERROR, ORPHANED
      QUEUED: BOOTED, STOPPED, ERROR, ORPHANED
      BOOTED: STOPPING, STOPPED, PAUSED, WIPED, ERROR, ORPHANED
      PAUSED: STARTING, BOOTED, STOPPING, STOPPED, ERROR, ORPHANED
      STOPPING: STOPPED, ERROR, ORPHANED
      STOPPED: STARTING, BOOTED, WIPING, WIPED, DELETING, DELETED, ARCHIVED, ORPHANED, ERROR
      WIPING: WIPED, ERROR, ORPHANED
      WIPED: STARTING, BOOTED, DELETING, DELETED, ARCHIVED, ORPHANED
      DELETING: DELETED, ERROR, ORPHANED
      DELETED:
      ARCHIVED:
      ERROR: STARTING, STOPPING, WIPING, WIPED, DELETING, DELETED, DEFINED, ORPHANED
      ORPHANED: DELETED, ARCHIVED`,
  },
  definition: {
    table: DEFINITION_TRANSITIONS,
    initial: ['PENDING_SYNC'],
    final: ['ARCHIVED'],
    documented: `
      PENDING_SYNC: ACTIVE, ARCHIVED
      ACTIVE: DEPRECATED
      DEPRECATED: ACTIVE, ARCHIVED
      ARCHIVED:`,
  },
  // The reference's table, and that LDS may end or expire one before its candidate has come in.
  'user session': {
    table: USER_SESSION_TRANSITIONS,
    initial: ['PROVISIONING'],
    final: ['ENDED', 'EXPIRED', 'FAULTED'],
    documented: `
      PROVISIONING: PROVISIONED, ENDED, FAULTED
      PROVISIONED: ACTIVE, ENDED, EXPIRED, FAULTED
      ACTIVE: PAUSED, ENDED, EXPIRED, FAULTED
      PAUSED: ACTIVE, ENDED, EXPIRED, FAULTED
      ENDED:
      EXPIRED:
      FAULTED:`,
  },
  // The reference's table, and the ways past collection and review that the built-in engine takes.
  'grading session': {
    table: GRADING_TRANSITIONS,
    initial: ['PENDING'],
    final: ['SUBMITTED', 'FAULTED'],
    documented: `
      PENDING: COLLECTING, GRADING, FAULTED
      COLLECTING: GRADING, FAULTED
      GRADING: REVIEWING, SUBMITTED, FAULTED
      REVIEWING: SUBMITTED, FAULTED
      SUBMITTED:
      FAULTED:`,
  },
};

describe.each(Object.entries(MACHINES))('the machine of a %s', (_kind, machine) => {
  it('is the documented table, no more and no less', () => {
    expect(asSets(machine.table)).toEqual(asSets(tableOf(machine.documented)));
  });

  it('reaches every state from where it begins', () => {
    expect(reached(machine)).toEqual(new Set(Object.keys(machine.table)));
  });

  it('ends in the documented states only', () => {
    const ends = Object.keys(machine.table).filter((status) => isFinal(machine.table, status));
    expect(ends.sort()).toEqual([...machine.final].sort());
  });

  it('can end from everywhere', () => {
    for (const status of Object.keys(machine.table)) {
      const ends = [...reached({ ...machine, initial: [status] })].filter((one) =>
        machine.final.includes(one),
      );
      expect(ends, `from ${status}`).not.toEqual([]);
    }
  });
});

describe('the outcome of a session', () => {
  it.each([
    ['ARCHIVED', ['completed', 'noEvidence', 'gradingFailed']],
    ['EXPIRED', ['noShow', 'slotMissed']],
    ['TERMINATED', ['cancelled', 'failed', 'workerLost']],
  ])('leads to %s for %j', (status, outcomes) => {
    expect(OUTCOMES.filter((outcome) => FINAL_STATUS[outcome] === status)).toEqual(outcomes);
  });
});

function tableOf(documented: string): TransitionTable<string> {
  const lines = documented.trim().split('\n');
  return Object.fromEntries(
    lines.map((line) => {
      const [from = '', to = ''] = line.split(':').map((part) => part.trim());
      return [from, to === '' ? [] : to.split(', ')];
    }),
  );
}

const asSets = (table: TransitionTable<string>) =>
  Object.fromEntries(Object.entries(table).map(([from, to]) => [from, [...to].sort()]));

function reached({ table, initial }: Machine): Set<string> {
  const seen = new Set(initial);
  for (const status of seen) for (const next of table[status] ?? []) seen.add(next);
  return seen;
}
