import type { KnownFault } from './known-fault.ts';

/** Sections 7.1 (admitted faults) and 7.2 A and B: state, life cycle and consistency. */
export const STATE_AND_CONSISTENCY: readonly KnownFault[] = [
  {
    id: '7.1.1',
    fault: 'Ports are read, then written: two labs may get the same one.',
    tests: {
      'src/core/domain/worker-ledger.property.test.ts': [
        "a worker's ledger, whatever is asked of it > stays what its schema says, and a port has one owner",
      ],
      'tests/races/placements.test.ts': [
        'a hundred placements at once through two replicas, on %s > beside labs that come and go never give a port twice',
      ],
    },
  },
  {
    id: '7.1.2',
    fault: 'Operations are offered that do nothing: importing workers, noting their activity.',
    tests: {
      'tests/e2e/workers/life.test.ts': [
        'the life of a worker > measures itself, and notes when somebody works on its CML',
      ],
    },
    cannotBe: 'An operation of the contract without a handler does not compile; workers are not imported.',
    gates: ['lint:types'],
  },
  {
    id: '7.1.3',
    fault: 'The end of a candidate’s work, told by LDS, starts no collection.',
    tests: {
      'tests/e2e/lablet/life.test.ts': [
        'a session > lives from its placement to its score, and gives everything back',
        'events that are lost > are made up for by looking at LDS',
      ],
    },
  },
  {
    id: '7.1.4',
    fault:
      'Known gaps: ports of foreign labs unseen, needs not read from topologies, no restart, no preview of placements.',
    tests: {
      'src/core/domain/worker-ledger.test.ts': [
        'labs that LCM did not make > keep their ports from being given out',
      ],
      'src/core/topology/topology-facts.test.ts': [
        'facts of a topology > count what it needs, with the defaults of its node definitions',
      ],
      'tests/e2e/lablet/life.test.ts': [
        'a session that is paused > may be reset: the lab starts as its author wrote it',
      ],
      'src/core/placement/decide.test.ts': [
        'the worker for a session > is rather one with a lab of the definition that can be used again',
      ],
    },
  },
  {
    id: '7.1.5',
    fault:
      'How versions of definitions work is undecided, and documents describe what the code no longer does.',
    tests: {
      'src/core/domain/definition.test.ts': [
        'a definition > exists once per name and version, and never changes',
      ],
      'src/cli/config.test.ts': ['README and .env.example say what the schema says'],
      'src/control-plane-api/control-plane.test.ts': ['the API describes itself'],
    },
  },
  {
    id: '7.1.6',
    fault: 'A change of settings is no event, and is noted as made by “admin” whoever makes it.',
    tests: {
      'src/control-plane-api/http/visibility.test.ts': [
        'acting > changing settings is for admins, and told with who did it',
      ],
    },
  },
  {
    id: '7.1.7',
    fault: 'Store and coordination may disagree for good; what was seen is forgotten at a restart.',
    tests: {
      'src/control-plane-api/projection/projector.test.ts': [
        'a resync > rebuilds a bus that was emptied',
        'a resync > takes away what ended while nobody told the bus',
        'a resync > at the start fills a bus that is new',
      ],
      'src/control-plane-api/commands/inbound-events.test.ts': [
        'an event about a session > takes effect once, however often it comes',
      ],
    },
  },
  {
    id: '7.1.8',
    fault: 'A restart of the session store logs everybody out; a framework’s fault dictates a driver.',
    cannotBe: 'The embedded mode keeps no logins, and no framework chooses drivers here.',
  },
  {
    id: '7.1.9',
    fault: 'Capacity drifts: allocations that nobody has, mended by hand.',
    tests: {
      'tests/e2e/scheduling.test.ts': ['the scheduler > releases a reservation that no session claims'],
      'src/core/domain/worker-ledger.property.test.ts': [
        "a worker's ledger, whatever is asked of it > never promises more than there is, at any moment, in any dimension",
      ],
    },
  },
  {
    id: '7.1.10',
    fault:
      'Fragile spots: a partial report wipes what was known, live and polled data race, edited content is used before its sync.',
    tests: {
      'src/core/domain/worker.test.ts': ['an observation > leaves alone what was not looked at'],
      'src/control-plane-api/live/event-stream.test.ts': [
        'a client that connects > misses nothing and sees nothing twice, however often it comes and goes between changes',
      ],
      'src/control-plane-api/control-plane.test.ts': [
        'a definition becomes bookable when its content is synced',
      ],
    },
  },
  {
    id: '7.2 A1',
    fault:
      'A session that waits cannot expire though a loop tries to, and one past its end is not even looked for.',
    tests: {
      'src/core/domain/session-ending.test.ts': [
        'ending a session that waits > is EXPIRED where its slot was missed',
      ],
      'tests/e2e/scheduling.test.ts': ['the scheduler > ends a session whose slot can no longer be met'],
    },
  },
  {
    id: '7.2 A2',
    fault: 'Some states are never told to the coordination, and some ends to nobody.',
    tests: {
      'src/control-plane-api/projection/projected.test.ts': [
        'the bus knows of a %s > in %s, until that is the end of it',
      ],
      'src/control-plane-api/live/event-stream.test.ts': [
        'while connected > a session’s last state is sent when it leaves the bus',
      ],
    },
  },
  {
    id: '7.2 A3',
    fault: 'The phase that a session is in is written once and never moved on.',
    tests: { 'src/core/domain/session-timeslot.test.ts': ['a timeslot > at %s is in phase %s'] },
    cannotBe: 'No phase is stored: it is computed from slot and time.',
  },
  {
    id: '7.2 A4',
    fault:
      'Commands have no route; a user session never becomes active, a grading never leaves its beginning.',
    tests: {
      'src/control-plane-api/commands/change-timeslot.test.ts': [
        'extending a session > holds the worker longer',
      ],
      'src/core/domain/user-session.test.ts': [
        'the LDS side of a session > is paused and resumed, and keeps when it began',
      ],
      'tests/e2e/lablet/life.test.ts': [
        'a session > lives from its placement to its score, and gives everything back',
        'a candidate > who does nothing gets the score of nothing, from an external engine too',
      ],
    },
  },
  {
    id: '7.2 A5',
    fault: 'An orphaned lab is noted as an error, and discovery goes past the state machine.',
    tests: {
      'src/core/domain/lab-record.test.ts': [
        'an orphan > is what a lost worker leaves of every lab that is not gone, bound to nobody',
        'a lab that LCM finds > goes through the same machine',
      ],
    },
  },
  {
    id: '7.2 A6',
    fault: 'A state is written under a lease and vanishes with it.',
    tests: {
      'src/control-plane-api/projection/projector.test.ts': ['a resync > leaves leases alone'],
    },
    cannotBe: 'Only `acquire` binds a key to a lease, and it writes a holder, not a state.',
    gates: ['lint:types'],
  },
  {
    id: '7.2 A7',
    fault: 'Deadlines are searched in fields that new documents do not have.',
    tests: {
      'tests/e2e/scheduling.test.ts': ['the scheduler > ends a session whose slot can no longer be met'],
      'tests/conformance/state-stores-agree.test.ts': [
        'state stores > agree on the outcome of any commits and on any list of what is there then',
      ],
    },
  },
  {
    id: '7.2 A8',
    fault: 'The service that enforces slots is never started.',
    tests: {
      'tests/e2e/demo.test.ts': ['lcm demo > tells each story to its end and says so in its last line'],
    },
  },
  {
    id: '7.2 B1',
    fault: 'Store, coordination, events and live stream are separate steps: what comes between is lost.',
    tests: {
      'src/adapters/sql/sqlite-durability.test.ts': [
        'an SQLite store whose process is killed > has everything it acknowledged, each change with its events and none by half',
      ],
      'src/control-plane-api/projection/projector.test.ts': [
        'the projection > goes on when the bus comes back',
      ],
    },
  },
  {
    id: '7.2 B2',
    fault:
      'A session is scheduled before its capacity is reserved; concurrent placements over-commit; a lost race is not repeated.',
    tests: {
      'src/control-plane-api/control-plane.test.ts': [
        'a booking is placed intent first, and its capacity given back only after the session lets go',
      ],
      'src/control-plane-api/commands/placements.test.ts': [
        'a crash within a batch > %s leaves an intent that the same batch completes',
      ],
      'tests/races/placements.test.ts': [
        'a hundred placements at once through two replicas, on %s > onto few workers over-commit none at any moment, and each loser is told why or has another worker',
      ],
      'src/control-plane-api/commands/execute.test.ts': [
        'commands > that lost a race are decided again on what is there by then',
      ],
    },
  },
  {
    id: '7.2 B3',
    fault: 'Some ways to stop release no capacity, or release what the definition needs today.',
    tests: {
      'src/core/domain/session-ending.test.ts': [
        'ending a session that has a worker > goes through STOPPING from %s, with its ending recorded',
        'a final state > is not reached before the ledger has released the placement: release follows the session',
      ],
      'src/core/domain/worker-ledger.test.ts': ['a reservation > is released once'],
    },
  },
  {
    id: '7.2 B4',
    fault: 'Ports are given back on the session only, and stay taken where labs are counted.',
    tests: {
      'src/core/domain/worker-ledger.test.ts': [
        'ports > stay with the lab when its session ends, and go with the lab',
      ],
      'tests/e2e/lablet/life.test.ts': [
        'a session > lives from its placement to its score, and gives everything back',
      ],
    },
  },
  {
    id: '7.2 B5',
    fault:
      'Events are never recognised as known, share one id per session, and are dropped where they come early.',
    tests: {
      'src/control-plane-api/commands/inbound-events.test.ts': [
        'an event about a session > takes effect once, however often it comes',
        'an event about a session > at the same time from several senders takes effect once',
        'an event about a session > that comes early takes effect when the session is READY',
      ],
      'src/core/domain/inbound-event.test.ts': ['the same source and id comes in once, whatever it carries'],
    },
  },
  {
    id: '7.2 B6',
    fault: 'A second booking without a reservation id meets a unique index; errors of indexes are swallowed.',
    tests: {
      'src/control-plane-api/commands/book-session.test.ts': [
        'a booking that is sent again > with its reservation id exists once, whoever sends it',
        'the quota of an owner > is never passed, however many come at once',
      ],
    },
  },
  {
    id: '7.2 B7',
    fault: 'The capacity that is shown of a worker is stale or was never written.',
    tests: {
      'src/control-plane-api/live/event-stream.test.ts': [
        'while connected > a changed ledger shows on its worker',
      ],
    },
  },
];
