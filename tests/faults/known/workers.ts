import type { KnownFault } from './known-fault.ts';

/** Section 6.2: the worker controller. */
export const WORKERS: readonly KnownFault[] = [
  {
    id: '6.2 worker 1',
    fault: 'A worker is in service before its CML is ready.',
    tests: {
      'src/core/domain/worker.test.ts': [
        'being schedulable > takes a CML server that answers and a licence in compliance',
      ],
    },
  },
  {
    id: '6.2 worker 2',
    fault: 'Draining and idling stop a worker with sessions on it; nothing times out.',
    tests: {
      'tests/e2e/workers/life.test.ts': [
        'the life of a worker > drains: sessions that are on it go on, then it stops',
      ],
      'tests/e2e/workers/idle.test.ts': [
        'an idle worker > stays for a session that is on it, or that begins soon',
      ],
      'src/worker-controller/needs.test.ts': [
        'a worker is kept up for a session that has overrun its time, and not started for it',
      ],
      'tests/e2e/workers/trouble.test.ts': [
        'a launch that goes wrong > is given up when CML never comes, and its instance goes',
      ],
    },
  },
  {
    id: '6.2 worker 3',
    fault:
      'Only the default region is asked: workers elsewhere are taken for gone, and their instances go on costing.',
    tests: {
      'tests/e2e/workers/regions.test.ts': [
        'a worker lives, stops, starts and ends in the region that its template names, and in no other',
      ],
      'tests/conformance/aws-cloud.test.ts': [
        'the AWS cloud provider > knows an instance in its own region only',
      ],
      'tests/e2e/workers/terminate.test.ts': [
        'terminating a worker > does not believe the first empty answer of EC2',
      ],
    },
  },
  {
    id: '6.2 worker 4',
    fault: 'One worker is launched twice, or its instance is not recorded; no client token.',
    tests: {
      'tests/e2e/workers/trouble.test.ts': [
        'a launch that goes wrong > leaves one instance however often the answer is lost',
        'a launch that goes wrong > leaves one instance however often the controller dies meanwhile',
        'an instance that no worker claims > is terminated after it was seen again and again, and somebody is told',
      ],
      'tests/conformance/aws-cloud.test.ts': [
        'the AWS cloud provider > launches one instance however often the attempt is repeated',
      ],
    },
  },
  {
    id: '6.2 worker 5',
    fault: 'Any image is called the newest; only the first page of instances is read; keys must be static.',
    tests: {
      'tests/conformance/aws-cloud.test.ts': [
        'the AWS cloud provider > resolves a launch to the newest image that matches, in a zone that is not to be avoided',
        'the AWS cloud provider > finds all instances of an installation, though EC2 gives a thousand at most at once',
      ],
    },
    cannotBe: 'Credentials that are not given come from the SDK’s own chain.',
  },
  {
    id: '6.2 worker 6',
    fault:
      'A licence counts as registered when CML has taken the request, and its seat leaks with the worker.',
    tests: {
      'tests/conformance/cml-client.test.ts': [
        'the system side of the CML client > follows a licence from registration to compliance and back',
      ],
      'tests/e2e/workers/life.test.ts': [
        'the life of a worker > gives everything back when it is terminated',
        'the life of a worker > stops without its licence, and comes back when it is started',
      ],
      'tests/e2e/workers/secrets.test.ts': [
        'the licence token of a worker is told to its CML, and is neither kept nor told anybody else',
      ],
    },
  },
  {
    id: '6.2 worker 7',
    fault: 'A refresh leaves parts out and zeroes others; a worker without its instance only gets a warning.',
    tests: {
      'src/core/domain/worker.test.ts': ['an observation > leaves alone what was not looked at'],
      'tests/e2e/workers/trouble.test.ts': ['a worker that is lost > is replaced, and its sessions are told'],
    },
  },
  {
    id: '6.2 worker 8',
    fault: 'Activity is read, and lost where its check is skipped.',
    tests: {
      'tests/e2e/workers/idle.test.ts': [
        'an idle worker > is left alone when somebody begins to work on it in the last moment, and nobody can book it in that moment',
      ],
    },
    cannotBe: 'Reading CML’s activities takes nothing away: they are asked for from a moment on.',
  },
  {
    id: '6.2 worker 9',
    fault: 'WebSockets to CML reconnect at once, twice, or never.',
    cannotBe: 'No WebSocket to CML is held.',
  },
  {
    id: '6.2 worker 10',
    fault: 'Any certificate is trusted; the verbs of licensing are guesses.',
    tests: {
      'src/adapters/cml/tls-fetch.test.ts': [
        'tells nothing to a server that nobody vouches for, unless it is told to trust that one, or any',
      ],
      'tests/conformance/cml-client.test.ts': [
        'the system side of the CML client > follows a licence from registration to compliance and back',
      ],
    },
  },
];
