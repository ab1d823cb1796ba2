import type { Outcome, SessionStatus } from '@lcm/core/domain/session-state.ts';
import { EXTERNALLY_GRADED } from './scenery.ts';
import type { Stage } from './stage.ts';

/** How a session ends. */
export interface End {
  status: SessionStatus;
  outcome: Outcome;
  result?: 'PASS' | 'FAIL';
}

/** What becomes of a session, whatever happens to the system meanwhile. */
export interface Fate {
  name: string;
  definition: string;
  /** `long` slots last longer than anybody needs; `short` ones are used to their end. */
  slot: 'long' | 'short';
  noShowAfterSeconds?: number;
  /** For slots that do not begin as soon as possible. */
  startsInSeconds?: number;
  /** What candidate and proctor do once it is booked. */
  play(on: Stage): Promise<void>;
  end: End;
  /** How it would have ended if nobody had cancelled it: that may have been too late. */
  orElse?: End;
}

const ROUTING = 'static-routing-basics';
const SWITCHING = 'vlan-trunk-troubleshooting';
const SANDBOX = 'campus-sandbox';
const COMPLETED = { status: 'ARCHIVED', outcome: 'completed' } as const;
const [PASSED, FAILED] = [
  { ...COMPLETED, result: 'PASS' },
  { ...COMPLETED, result: 'FAIL' },
] as const;
const CANCELLED = { status: 'TERMINATED', outcome: 'cancelled' } as const;

const comesIn = async (on: Stage) => {
  await on.login();
  await on.reached('RUNNING');
};

const solvesAndFinishes = async (on: Stage) => {
  await comesIn(on);
  await on.solve();
  await on.finish();
};

const finishesAtOnce = async (on: Stage) => {
  await comesIn(on);
  await on.finish();
};

/** Cancelled as soon as it has got so far: before a candidate could log in, while one works, or after. */
function cancelledIn(status: SessionStatus): Fate {
  const common = { name: `is cancelled when ${status}`, slot: 'long', end: CANCELLED } as const;
  switch (status) {
    case 'COLLECTING':
    case 'GRADING':
    case 'STOPPING':
      return {
        ...common,
        definition: SWITCHING,
        orElse: FAILED,
        play: async (on) => {
          await finishesAtOnce(on);
          await on.reached(status);
          await on.cancel();
        },
      };
    case 'RUNNING':
      return {
        ...common,
        definition: SANDBOX,
        play: async (on) => {
          await comesIn(on);
          await on.cancel();
        },
      };
    default:
      return {
        ...common,
        definition: ROUTING,
        play: async (on) => {
          await on.reached(status);
          await on.cancel();
        },
      };
  }
}

/** Every fate there is. */
export const FATES: readonly Fate[] = [
  { name: 'solves it', definition: ROUTING, slot: 'long', play: solvesAndFinishes, end: PASSED },
  {
    name: 'solves it, graded elsewhere',
    definition: EXTERNALLY_GRADED,
    slot: 'long',
    play: solvesAndFinishes,
    end: PASSED,
  },
  { name: 'quits', definition: SWITCHING, slot: 'long', play: finishesAtOnce, end: FAILED },
  { name: 'trains', definition: SANDBOX, slot: 'long', play: finishesAtOnce, end: COMPLETED },
  {
    name: 'never logs in',
    definition: ROUTING,
    slot: 'long',
    noShowAfterSeconds: 4,
    play: async () => {},
    end: { status: 'EXPIRED', outcome: 'noShow' },
  },
  ...(
    [
      'PENDING',
      'SCHEDULED',
      'INSTANTIATING',
      'READY',
      'RUNNING',
      'COLLECTING',
      'GRADING',
      'STOPPING',
    ] as const
  ).map(cancelledIn),
  {
    name: 'solves it and works until time is up',
    definition: SWITCHING,
    slot: 'short',
    play: async (on) => {
      await comesIn(on);
      await on.solve();
    },
    end: PASSED,
  },
  {
    name: 'is given more time, and uses it',
    definition: ROUTING,
    slot: 'short',
    play: async (on) => {
      await comesIn(on);
      await on.extend(5);
      await on.solve();
    },
    end: PASSED,
  },
  {
    name: 'is paused, goes on and solves it',
    definition: SWITCHING,
    slot: 'long',
    play: async (on) => {
      await comesIn(on);
      await on.pause();
      await on.reached('STOPPED');
      await on.resume();
      await on.reached('RUNNING', 2);
      await on.solve();
      await on.finish();
    },
    end: PASSED,
  },
  {
    name: 'is paused until time is up',
    definition: ROUTING,
    slot: 'short',
    play: async (on) => {
      await comesIn(on);
      await on.pause();
    },
    end: FAILED,
  },
  {
    name: 'solves it, is reset and finishes',
    definition: ROUTING,
    slot: 'long',
    play: async (on) => {
      await comesIn(on);
      await on.solve();
      await on.reset();
      await on.reached('RUNNING', 2);
      await on.finish();
    },
    end: FAILED,
  },
  {
    name: 'is finished by the proctor',
    definition: ROUTING,
    slot: 'long',
    play: async (on) => {
      await comesIn(on);
      await on.solve();
      await on.collect();
    },
    end: PASSED,
  },
  {
    name: 'is booked again and again',
    definition: ROUTING,
    slot: 'long',
    play: async (on) => {
      await on.bookAgain();
      await comesIn(on);
      await on.bookAgain();
      await on.finish();
      await on.bookAgain();
    },
    end: FAILED,
  },
  {
    name: 'is moved to a later slot',
    definition: ROUTING,
    slot: 'long',
    startsInSeconds: 12,
    play: async (on) => {
      await on.moveBy(2);
      await finishesAtOnce(on);
    },
    end: FAILED,
  },
];
