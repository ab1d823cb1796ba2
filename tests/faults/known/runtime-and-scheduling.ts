import type { KnownFault } from './known-fault.ts';

/** Section 6.2: the controllers' common ground, and the scheduler. */
export const RUNTIME_AND_SCHEDULING: readonly KnownFault[] = [
  {
    id: '6.2 framework 1',
    fault:
      'A loop calls what does not exist, the error is swallowed, and it never runs; states are compared in another case.',
    tests: {
      'src/control-plane-api/http/lists.test.ts': ['status filters are taken in any case, several at once'],
      'scripts/check-promises.test.ts': [
        'a promise > is lost where nobody waits for it, wherever its type comes from',
      ],
    },
    cannotBe: 'What does not exist does not compile, and states are a closed set of words.',
    gates: ['lint:types', 'lint:promises'],
  },
  {
    id: '6.2 framework 2',
    fault: 'What asked to be looked at again is not; a watch stops for good after ten errors.',
    tests: {
      'src/core/controller/work-queue.test.ts': [
        'a work queue > looks again when the work asks for it, or at once when something changes before',
      ],
      'src/core/controller/controller.test.ts': [
        'a controller > looks again when it is asked to, and at every resync',
      ],
      'src/core/controller/informer.test.ts': [
        'an informer > never gives up on a bus that is away, however long and in which manner',
      ],
    },
  },
  {
    id: '6.2 framework 3',
    fault:
      'Without coordination everybody leads; candidates leak leases; writes carry no fence; a leader acts on after its lease.',
    tests: {
      'src/core/controller/partitions.test.ts': [
        'partitions > belong to nobody while nobody reaches the bus',
        'partitions > need one lease of each member, however long it waits for one to become free',
        'partitions > are lost by a member whose bus is %s, before another has them',
      ],
      'src/core/domain/fence.test.ts': ['a fence > refuses a holder that was followed by another'],
      'tests/races/frozen-scheduler.test.ts': [
        'a scheduler that is frozen past its lease and wakes up > at any call places nothing twice and nothing stale: %i',
      ],
    },
  },
  {
    id: '6.2 framework 4',
    fault: 'A leader that resigns wins its office straight back.',
    tests: {
      'src/core/controller/partitions.test.ts': [
        'partitions > go over at once, under a greater token, when a member leaves in good order',
      ],
    },
  },
  {
    id: '6.2 framework 5',
    fault: 'What is kept per resource is never thrown away; calls block the loop.',
    tests: {
      'src/core/controller/work-queue.test.ts': [
        'a work queue > forgets what is gone, whether it waits, is ready or under way',
      ],
      'src/adapters/grading/builtin-engine.test.ts': [
        'the built-in engine > gives up on a pattern without end, blocks nobody meanwhile, and goes on with the next',
      ],
      'src/adapters/expressions/jq-evaluator.test.ts': [
        'an expression without end > blocks nobody meanwhile',
      ],
    },
  },
  {
    id: '6.2 framework 6',
    fault: 'Controllers give out whole records to anybody who asks.',
    tests: { 'src/control-plane-api/http/visibility.test.ts': ['%s needs a login'] },
    cannotBe: 'Controllers listen nowhere.',
  },
  {
    id: '6.2 scheduler 1',
    fault: 'A session far in the future is placed and built early.',
    tests: {
      'tests/e2e/scheduling.test.ts': [
        'the scheduler > leaves a session on hold, or further ahead than the horizon, alone',
      ],
      'src/core/placement/decide.test.ts': [
        'growth of the fleet > makes a worker of the cheapest template, as late as it will do',
      ],
    },
  },
  {
    id: '6.2 scheduler 2',
    fault:
      'Nothing is reserved over time; placements of one round count on the same room; one session a licence is not held to.',
    tests: {
      'src/core/domain/worker-ledger.test.ts': [
        'a reservation > is refused where it does not fit at one moment of its window, naming who is in the way',
        'a reservation > takes one of the sessions that the licence allows',
      ],
      'src/resource-scheduler/planning/plan-round.test.ts': [
        'a scheduling round > counts what it has placed before',
      ],
      'tests/races/frozen-scheduler.test.ts': [
        'two schedulers that both believe they hold every partition > place each session once and over-commit nothing',
      ],
    },
  },
  {
    id: '6.2 scheduler 3',
    fault:
      'Every waiting session makes a worker of its own; templates are taken that do not fit; what can never fit grows the fleet for ever.',
    tests: {
      'src/resource-scheduler/planning/plan-round.test.ts': [
        'a scheduling round > makes one worker for as many sessions as it holds',
      ],
      'src/core/placement/templates.test.ts': [
        'the template for a new worker > is the cheapest that fits',
        'the template for a new worker > is refused for the first thing that does not fit',
      ],
      'src/core/placement/decide.test.ts': [
        'the reason for waiting > is a template when neither a worker nor a template is large enough',
      ],
    },
  },
  {
    id: '6.2 scheduler 4',
    fault: 'Ports always pass, versions compare as text, stopped workers are never started again.',
    tests: {
      'src/core/placement/decide.test.ts': [
        'the reason for waiting > is ports when only these are short',
        'growth of the fleet > takes a stopped worker that would fit instead, and starts it when that is due',
      ],
      'src/core/placement/version.test.ts': ['versions > compare as numbers, part by part'],
    },
  },
  {
    id: '6.2 scheduler 5',
    fault: 'A trigger overwrites a state under a lease, and the state vanishes with it.',
    cannotBe: 'Only `acquire` binds a key to a lease, and it writes a holder, not a state.',
    gates: ['lint:types'],
  },
];
