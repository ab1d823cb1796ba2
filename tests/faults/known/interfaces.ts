import type { KnownFault } from './known-fault.ts';

/** Section 7.2 C to I: definitions, pipelines, security, live stream, API, scaling. */
export const INTERFACES: readonly KnownFault[] = [
  {
    id: '7.2 C1',
    fault: 'Content changes silently under a version that is in use; a new version loses fields.',
    tests: {
      'src/control-plane-api/commands/definitions.test.ts': [
        'a version that is there is not published with other content',
        'a new version is what its author says, and leaves the one before as it is, bookings included',
      ],
    },
  },
  {
    id: '7.2 C2',
    fault: 'A definition cannot be used while it is synced again, nor after a sync that failed.',
    tests: {
      'src/core/domain/definition.test.ts': [
        'a definition > stays usable while it is synced again, and when that fails',
      ],
    },
  },
  {
    id: '7.2 C3',
    fault: 'An edit drops pipelines and needs, deprecates before it creates, and may double a version.',
    tests: {
      'src/control-plane-api/commands/definitions.test.ts': [
        'a new version is what its author says, and leaves the one before as it is, bookings included',
      ],
      'tests/races/concurrent-commands.test.ts': [
        'wishes for one and the same thing through two replicas at once, on %s > publish one definition of a name and version',
      ],
    },
  },
  {
    id: '7.2 C4',
    fault: 'Versions of CML are compared as text.',
    tests: { 'src/core/placement/version.test.ts': ['versions > compare as numbers, part by part'] },
  },
  {
    id: '7.2 D1',
    fault: 'Every start of a step is another execution, so that attempts inflate.',
    tests: {
      'src/core/domain/session-progress.test.ts': [
        'a pipeline > counts its runs',
        'a pipeline > keeps the progress of each step, once',
      ],
    },
  },
  {
    id: '7.2 D2',
    fault: 'A pipeline counts as complete by the steps that were seen so far.',
    tests: {
      'src/core/domain/session-progress.test.ts': ['a pipeline > is planned whole before its first step'],
      'src/core/pipeline/execute.test.ts': [
        'a step that fails > keeps what depends on it pending, while the others finish',
      ],
    },
  },
  {
    id: '7.2 D3',
    fault:
      'A step that failed stays under way in the record, a skipped one is not told, and parallel steps overwrite each other.',
    tests: {
      'src/core/pipeline/execute.test.ts': [
        'a pipeline > saves each step before it begins and after it ended',
        'a step that fails > is tried again with doubled delays, a minute at most, as often as its plan says',
        'a step with nothing to do > is skipped by its handler, which says why, and counts as done',
      ],
      'src/core/pipeline/resume.property.test.ts': [
        'a pipeline that is cut off and taken up again > ends as it would have ended, does every step at least once and none before its needs',
      ],
    },
  },
  {
    id: '7.2 E1',
    fault: 'The state of an OAuth login is not checked, and there is no PKCE.',
    cannotBe: 'The embedded mode has no login of people over OAuth.',
  },
  {
    id: '7.2 E2',
    fault: 'Tokens reach the browser.',
    cannotBe: 'The embedded mode gives out no tokens.',
  },
  {
    id: '7.2 E3',
    fault: 'Anybody who is logged in may see and do everything, live events and login URLs included.',
    tests: {
      'src/control-plane-api/http/visibility.test.ts': [
        '$what is to a $role: $seen',
        'a %s never learns who the candidate is or how to log in for them',
        'acting > a manager acts on the sessions of their own department',
        'acting > a candidate finishes their own session and knows of no other',
      ],
      'src/control-plane-api/live/event-stream.test.ts': [
        'what a client is sent > to a candidate is its own sessions, and nothing else',
      ],
    },
  },
  {
    id: '7.2 E4',
    fault: 'Default secrets in the source, one static key for all services.',
    tests: {
      'src/control-plane-api/http/visibility.test.ts': [
        '%s needs a login',
        'acting > only controllers carry a fence',
      ],
    },
    cannotBe: 'The services’ secret is drawn anew at every start and never leaves the process.',
  },
  {
    id: '7.2 E5',
    fault: 'The issuer of a token is not checked, and roles are not refreshed with it.',
    cannotBe: 'The embedded mode takes no tokens of an issuer.',
  },
  {
    id: '7.2 E6',
    fault: 'The licence token goes to coordination and events in clear.',
    tests: {
      'tests/e2e/workers/secrets.test.ts': [
        'the licence token of a worker is told to its CML, and is neither kept nor told anybody else',
      ],
    },
  },
  {
    id: '7.2 E7',
    fault: 'No quotas, and no check of how long a session may last.',
    tests: {
      'src/control-plane-api/commands/book-session.test.ts': [
        'the quota of an owner > is never passed, however many come at once',
        'the length of a slot > is refused with %s',
      ],
    },
  },
  {
    id: '7.2 F1',
    fault: 'A snapshot for one client is sent to all.',
    tests: {
      'src/control-plane-api/live/event-stream.test.ts': [
        'a client that connects > together with others, after something has changed since the first of them came, is told of that too',
        'a client that connects > misses nothing and sees nothing twice, however often it comes and goes between changes',
      ],
    },
  },
  {
    id: '7.2 F2',
    fault: 'Batches lack what filters ask for, so that filters drop them.',
    tests: {
      'src/control-plane-api/live/event-stream.test.ts': [
        'what a client is sent > is what its filter lets through, in snapshots and changes alike',
      ],
    },
  },
  {
    id: '7.2 F3',
    fault: 'Events of sessions and labs are lost with a filter by worker.',
    tests: {
      'src/control-plane-api/live/event-stream.test.ts': [
        'what a client is sent > is, for a worker, also its sessions',
      ],
    },
  },
  {
    id: '7.2 F4',
    fault: 'Queues of slow clients grow without bound; a client that reconnects has missed what happened.',
    tests: {
      'src/control-plane-api/live/stream-writer.test.ts': [
        'a client that does not read > is dropped once too much waits for it, and the writer never waits',
      ],
      'src/control-plane-api/live/event-stream.test.ts': [
        'a client that connects > again with the id it saw last is sent what it missed, nothing twice and no snapshot',
      ],
    },
  },
  {
    id: '7.2 F5',
    fault: 'Times are malformed (“+00:00Z”), and heartbeats carry a machine’s uptime.',
    tests: {
      'src/control-plane-api/live/event-stream.test.ts': [
        'while connected > silence is broken by heartbeats',
      ],
    },
    cannotBe: 'Moments are written in one place and read by schemas that take one form only.',
    gates: ['lint:clock'],
  },
  {
    id: '7.2 F6',
    fault: 'Snapshots leave out sessions that are not running yet.',
    tests: {
      'src/control-plane-api/live/event-stream.test.ts': [
        'a client that connects > is sent what there is, then every change, each with its place in the stream',
      ],
    },
  },
  {
    id: '7.2 G1',
    fault: 'Routes are shadowed by others with parameters that were declared before.',
    tests: {
      'src/core/api/contract.test.ts': ['has each method and path once, whatever its parameters are called'],
    },
    cannotBe: 'The router prefers fixed parts to parameters, whatever was declared first.',
  },
  {
    id: '7.2 G2',
    fault: 'Routes are declared twice, and a read runs a command.',
    tests: {
      'src/core/api/contract.test.ts': ['has each method and path once, whatever its parameters are called'],
      'src/control-plane-api/http/reading.test.ts': ['reading anything there is changes nothing'],
    },
  },
  {
    id: '7.2 G3',
    fault: 'A time without a zone is answered 500.',
    tests: {
      'src/control-plane-api/commands/book-session.test.ts': [
        'the start of a booking > is refused where it names no moment: %s',
      ],
    },
  },
  {
    id: '7.2 G4',
    fault: 'Errors carry the text of exceptions.',
    tests: {
      'src/control-plane-api/http/unforeseen.test.ts': [
        'an error that nobody foresaw tells the caller nothing of our inside but the id to find it by',
      ],
    },
  },
  {
    id: '7.2 G5',
    fault: 'A DELETE wants a body.',
    tests: {
      'src/core/api/contract.test.ts': [
        '%s > takes a body only where it changes something, and not to delete it',
      ],
    },
  },
  {
    id: '7.2 H1',
    fault: 'Cooldowns are settings that nothing reads, limits fail open, names of workers collide.',
    tests: {
      'src/resource-scheduler/planning/plan-round.test.ts': [
        'a scheduling round > keeps the pause between two workers of a template',
        'a scheduling round > stays within the maximum of the region, its own growth counted',
      ],
      'src/control-plane-api/commands/workers.test.ts': [
        'asking for a worker > is refused past the region’s maximum; a seat that a crash took is found again',
        'asking for a worker > at the same instant as others gives each a name of its own',
      ],
      'tests/e2e/workers/regions.test.ts': [
        'a worker lives, stops, starts and ends in the region that its template names, and in no other',
      ],
    },
  },
  {
    id: '7.2 H2',
    fault: 'A worker that nobody has ever used is never idle; a snooze ends at the wrong time.',
    tests: {
      'tests/e2e/workers/idle.test.ts': [
        'an idle worker > drains and stops, and is terminated when nobody has wanted it for long',
        'an idle worker > stays where a number of workers is to be kept warm, and while it is snoozed',
      ],
    },
  },
  {
    id: '7.2 I1',
    fault: 'Histories grow without bound, and topologies lie in documents and events.',
    tests: {
      'src/core/domain/session-pause.test.ts': [
        'a session that is paused and resumed for ever remembers its latest hundred steps',
      ],
      'src/control-plane-api/commands/definitions.test.ts': [
        'the topology of a definition lies in the content store, and in no document, event or key',
      ],
    },
  },
];
