import type { Outcome, SessionStatus } from '@lcm/core/domain/session-state.ts';

/** What a candidate does in the demo, and where that must lead. */
export interface Role {
  who: string;
  story: string;
  definition: string;
  /** Seconds that the slot lasts. */
  slotSeconds: number;
  noShowAfterSeconds?: number;
  /** Once the lab is ready: what the candidate does. */
  logsIn: boolean;
  solves: boolean;
  /** How the candidate leaves: by Finish, not at all, or cut off by an operator. */
  ends: 'finishes' | 'staysAway' | 'isCutOff' | 'runsOutOfTime';
  expected: { status: SessionStatus; outcome: Outcome; result?: 'PASS' | 'FAIL' };
}

/** Seconds of a slot in which everything may take several attempts. */
const PATIENT_SLOT_SECONDS = 600;

/** One candidate passes, one fails, one never logs in, one is cut off, and one works until time is up. */
export const CAST: readonly Role[] = [
  {
    who: 'Ada',
    story: 'solves it and finishes',
    definition: 'static-routing-basics',
    slotSeconds: 300,
    logsIn: true,
    solves: true,
    ends: 'finishes',
    expected: { status: 'ARCHIVED', outcome: 'completed', result: 'PASS' },
  },
  {
    who: 'Ben',
    story: 'changes nothing and finishes',
    definition: 'vlan-trunk-troubleshooting',
    slotSeconds: 300,
    logsIn: true,
    solves: false,
    ends: 'finishes',
    expected: { status: 'ARCHIVED', outcome: 'completed', result: 'FAIL' },
  },
  {
    who: 'Cleo',
    story: 'never logs in',
    definition: 'static-routing-basics',
    slotSeconds: 300,
    noShowAfterSeconds: 4,
    logsIn: false,
    solves: false,
    ends: 'staysAway',
    expected: { status: 'EXPIRED', outcome: 'noShow' },
  },
  {
    who: 'Dan',
    story: 'is cut off by an operator',
    definition: 'campus-sandbox',
    slotSeconds: 300,
    logsIn: true,
    solves: false,
    ends: 'isCutOff',
    expected: { status: 'TERMINATED', outcome: 'cancelled' },
  },
  {
    who: 'Eve',
    story: 'solves it and works until time is up',
    definition: 'vlan-trunk-troubleshooting',
    slotSeconds: 12,
    logsIn: true,
    solves: true,
    ends: 'runsOutOfTime',
    expected: { status: 'ARCHIVED', outcome: 'completed', result: 'PASS' },
  },
];

/**
 * The same, where things go wrong: a lab may be late by minutes, and it may take a minute until the system
 * notices what no event has told it. Slots have room for that.
 */
export const PATIENT_CAST: readonly Role[] = CAST.map((role) => ({
  ...role,
  slotSeconds: Math.max(PATIENT_SLOT_SECONDS, role.slotSeconds),
}));
