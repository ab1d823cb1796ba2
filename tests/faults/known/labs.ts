import type { KnownFault } from './known-fault.ts';

/** Section 6.2: the lablet controller, and the documents. */
export const LABS: readonly KnownFault[] = [
  {
    id: '6.2 lablet 1',
    fault: 'After a failed step the rest counts as done, and the pipeline as completed.',
    tests: {
      'src/core/pipeline/resume.property.test.ts': [
        'a pipeline that is cut off and taken up again > ends as it would have ended, does every step at least once and none before its needs',
      ],
      'src/core/domain/session-progress.test.ts': [
        'a pipeline > runs on from a failed step that is tried again',
      ],
    },
  },
  {
    id: '6.2 lablet 2',
    fault: 'That a step was skipped, or waits, is dropped on the way.',
    tests: {
      'src/core/pipeline/execute.test.ts': [
        'a step with nothing to do > is skipped by its handler, which says why, and counts as done',
      ],
      'src/core/pipeline/waiting-steps.test.ts': [
        'a step that waits > is looked at again and again within one attempt',
      ],
    },
  },
  {
    id: '6.2 lablet 3',
    fault: 'Nothing moves a session from its evidence to its grading and its end.',
    tests: {
      'tests/e2e/lablet/life.test.ts': [
        'a session > lives from its placement to its score, and gives everything back',
      ],
    },
  },
  {
    id: '6.2 lablet 4',
    fault: 'The archiving step asks for a transition that the table does not have.',
    tests: {
      'src/core/domain/session.property.test.ts': [
        'a session, whatever is asked of it > moves along its table, stays what its schema says, and gives everything back before it is final',
      ],
      'src/core/domain/session-ending.test.ts': ['a final state > follows from the outcome: %s'],
    },
  },
  {
    id: '6.2 lablet 5',
    fault: 'A session that expires leaves its lab running and its access open.',
    tests: {
      'tests/e2e/lablet/life.test.ts': ['a candidate > who never logs in is a no-show'],
      'src/core/domain/session-ending.test.ts': [
        'a final state > is not reached while the lab or the access is there',
      ],
    },
  },
  {
    id: '6.2 lablet 6',
    fault: 'Sessions expire before what is due at their end is done.',
    tests: {
      'tests/e2e/demo.test.ts': ['lcm demo > tells each story to its end and says so in its last line'],
      'tests/e2e/lablet/life.test.ts': [
        'a session that is paused > and runs out of time is graded by what was read back at the pause',
      ],
    },
  },
  {
    id: '6.2 lablet 7',
    fault: 'Teardown turns for ever about a lab that has vanished, and skips the access by a wrong field.',
    tests: {
      'tests/e2e/lablet/vanished-lab.test.ts': [
        'a lab that somebody has removed at CML > does not keep its session from ending, and nothing of it is left',
      ],
      'tests/e2e/lablet/life.test.ts': ['a session that is paused > and is cancelled gives everything back'],
    },
  },
  {
    id: '6.2 lablet 8',
    fault: 'A session that is terminated gets no teardown; a lab that fails under way is only logged.',
    tests: {
      'tests/e2e/lablet/life.test.ts': [
        'whatever goes wrong > a session that is cancelled at any moment of its building leaves nothing behind',
        'whatever goes wrong > a worker that is lost under way ends the session, and it holds nothing',
      ],
      'tests/e2e/lablet/vanished-lab.test.ts': [
        'a lab that somebody has removed at CML > fails nobody: the evidence that is lacking is for a person to look at',
      ],
    },
  },
  {
    id: '6.2 lablet 9',
    fault: 'A repeated step leaves a second LDS session, and every candidate is called the same.',
    tests: {
      'tests/races/strays.test.ts': [
        'a lab or an LDS session whose creation is answered never, and comes late > is gone when its session is over that %s: %i',
      ],
      'tests/conformance/lds-client.test.ts': [
        'the client of the Lab Delivery System > makes a session that is found again by our reference, and others are not',
      ],
    },
  },
  {
    id: '6.2 lablet 10',
    fault: 'Writing ports mangles names and throws other tags away.',
    tests: {
      'src/core/topology/write-ports.test.ts': [
        'writing ports into a topology > puts them in place of placeholders and numbers and leaves other tags',
      ],
      'src/core/topology/topology-facts.test.ts': ['facts of a topology > find the ports in the tags'],
      'src/core/topology/topology.property.test.ts': [
        'a lab that is made of a topology > differs from it in its ports only, in whatever form and schema version it came',
      ],
    },
  },
  {
    id: '6.2 lablet 11',
    fault:
      'Wishes that came while nobody watched are lost, requests stay though they were met, addresses go stale.',
    tests: {
      'src/core/controller/controller.test.ts': [
        'a controller > reconciles what was there, what comes and what changes',
      ],
      'src/core/controller/informer.test.ts': [
        'an informer > repairs at every resync what the watch has swallowed',
      ],
      'tests/e2e/workers/life.test.ts': [
        'the life of a worker > stops without its licence, and comes back when it is started',
      ],
    },
    cannotBe: 'A worker and its address are read anew at each look at a session.',
  },
  {
    id: '6.2 lablet 12',
    fault:
      'A pipeline that was cancelled begins again, and one can be tried again only while its process lives.',
    tests: {
      'tests/e2e/lablet/life.test.ts': [
        'whatever goes wrong > a session that is cancelled at any moment of its building leaves nothing behind',
      ],
      'src/core/pipeline/resume.test.ts': [
        'a run that is taken up again > runs what was under way again, as the same attempt, and nothing that was done',
      ],
    },
  },
  {
    id: '6.2 lablet 13',
    fault: 'Two sessions work on one lab.',
    tests: {
      'src/core/domain/lab-record.test.ts': ['a claim > is made by one session only'],
      'tests/e2e/lablet/life.test.ts': [
        'a lab > that holds the work of a candidate is never given to another',
      ],
    },
  },
  {
    id: '6.2 lablet 14',
    fault:
      'Every node is a request, a lab in an unknown state ends the whole look at a worker, and changes of a topology go unseen.',
    tests: {
      'tests/conformance/cml-client.test.ts': [
        'the labs side of the CML client > reads all nodes at once with what they really have',
      ],
      'tests/e2e/lablet/strange-lab.test.ts': [
        'a lab in a state that nobody knows is recorded, and the others of its worker with it',
      ],
      'tests/e2e/lablet/life.test.ts': [
        'a lab > that holds the work of a candidate is never given to another',
      ],
    },
    cannotBe: 'Credentials are asked for by the address of each CML server.',
  },
  {
    id: '6.2 documents',
    fault: 'Documents say otherwise than the code.',
    tests: {
      'src/cli/config.test.ts': ['README and .env.example say what the schema says'],
      'src/core/domain/transitions.test.ts': [
        'the machine of a %s > is the documented table, no more and no less',
      ],
    },
  },
];
