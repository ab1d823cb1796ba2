import { seedDefinitions, seedSolution } from '@lcm/cli/seeds/seed-definitions.ts';
import type { DefinitionRequest } from '@lcm/core/api/definitions.ts';
import type { People } from './people.ts';

/** What people do, so that the system does everything that it can. Its name is how it is told in the table. */
export interface Scenario {
  name: string;
  /** How everything ends, whenever the system dies meanwhile. */
  ends: readonly string[];
  /** What only a person can give back. */
  left?: readonly string[];
  /** How many there have been, at any time, of what is never made twice, whichever answer is lost. */
  made: Readonly<Record<string, number>>;
  play(people: People): Promise<void>;
}

const seeds = await seedDefinitions();
const solution = (await seedSolution('static-routing-basics')) ?? {};

/** A definition that comes with LCM, changed. */
function like(name: string, changes: Partial<DefinitionRequest>): DefinitionRequest {
  const found = seeds.find((seed) => seed.name === name);
  if (!found) throw new Error(`there is no definition ${name}`);
  return { ...found, ...changes };
}

const grading = like('static-routing-basics', {}).grading;
const evidence = like('static-routing-basics', {}).evidence;
const EXAM = like('static-routing-basics', {
  name: 'exam',
  grading: { ...grading, engine: 'external' },
  evidence: { ...evidence, pcapLinks: ['l0'] },
});

const TRAINING = like('static-routing-basics', {
  name: 'training',
  grading: undefined,
  evidence: undefined,
  warmPoolDepth: 1,
});
/** No lab boots in a second. */
const HOPELESS = like('static-routing-basics', {
  name: 'hopeless',
  pipelines: {
    instantiate: {
      overrides: { lab_start: { timeoutSeconds: 1, retry: { maxAttempts: 1, delaySeconds: 1 } } },
    },
  },
});
const KEEPING = {
  name: 'keeping',
  region: 'us-east-1',
  instanceType: 'm5zn.metal',
  virtualization: 'metal',
  amiNamePattern: 'cisco-cml2.9*',
  cpuCores: 48,
  memoryGb: 192,
  storageGb: 500,
  licenceType: 'ENTERPRISE',
  licenceOnStop: 'keep',
  maxNodes: 100,
  costPerHourUsd: 4,
} as const;

/** An exam, moved before it begins and extended while it runs, collected, graded elsewhere and graded again. */
const exam: Scenario = {
  name: 'exam',
  ends: ['session exam: ARCHIVED completed PASS 10 10', 'worker: TERMINATED'],
  made: { instance: 1, licenceSeat: 1, gradingJob: 2 },
  play: async (people) => {
    await people.publish(EXAM);
    const id = await people.book('exam', 'exam', { inSeconds: 600 });
    await people.until(id, 'SCHEDULED');
    const { timeslot } = await people.session(id);
    const later = (text: string, seconds: number) =>
      new Date(Date.parse(text) + seconds * 1_000).toISOString();
    for (const seconds of [60, 7_200])
      await people.ask((api) => {
        const body = { start: later(timeslot.start, seconds), end: later(timeslot.end, seconds) };
        return api.sessions.reschedule({ params: { id }, body });
      });
    await people.logIn(id);
    const end = later(timeslot.end, 7_500);
    await people.ask((api) => api.sessions.extend({ params: { id }, body: { end } }));
    await people.type(id, solution);
    await people.atLds(id, 'finish');
    await people.ended(id);
    await people.gradeAgain(id);
  },
};

/** A training that is paused, reset and cut off, in a lab that waited for it; and the next one, to which nobody comes. */
const training: Scenario = {
  name: 'training',
  ends: ['session first: TERMINATED cancelled', 'session second: EXPIRED noShow', 'worker: TERMINATED'],
  made: { instance: 1, licenceSeat: 1 },
  play: async (people) => {
    await people.publish(TRAINING);
    const id = await people.book('first', 'training', { inSeconds: 600, durationSeconds: 2_400 });
    await people.logIn(id);
    await people.ask((api) => api.sessions.pause({ params: { id }, body: {} }));
    await people.until(id, 'STOPPED');
    await people.ask((api) => api.sessions.resume({ params: { id }, body: {} }));
    await people.until(id, 'RUNNING');
    await people.ask((api) => api.sessions.restart({ params: { id }, body: { mode: 'reset' } }));
    await people.until(id, 'INSTANTIATING');
    await people.until(id, 'RUNNING');
    const { placement } = await people.session(id);
    await people.untagWaitingLabs(placement?.workerId ?? '');
    const next = await people.book('second', 'training', { inSeconds: 200, noShowAfterSeconds: 60 });
    await people.until(next, 'READY');
    await people.ask((api) => api.sessions.cancel({ params: { id }, body: {} }));
    await people.ended(id);
    await people.ended(next);
  },
};

/** Labs that never boot, and hosts that fail under a lab that is being built, and under a candidate. */
const trouble: Scenario = {
  name: 'trouble',
  ends: [
    'session hopeless: TERMINATED failed',
    'session unlucky: TERMINATED workerLost',
    'task: Licence of worker … was not given back',
    'task: Licence of worker … was not given back',
    'task: Session failed: hopeless …',
    'task: Session lost its worker: exam …',
    'worker: TERMINATED',
  ],
  left: ['licenceSeat', 'licenceSeat', 'seat of licences/ENTERPRISE', 'seat of licences/ENTERPRISE'],
  made: {},
  play: async (people) => {
    await people.publish(HOPELESS);
    await people.publish(EXAM);
    const hopeless = await people.book('hopeless', 'hopeless', { inSeconds: 300 });
    const unlucky = await people.book('unlucky', 'exam', { inSeconds: 300, durationSeconds: 2_400 });
    await people.until(unlucky, 'INSTANTIATING');
    await people.failHostOf(unlucky);
    await people.logIn(unlucky);
    await people.failHostOf(unlucky);
    await people.ended(unlucky);
    await people.ended(hopeless);
  },
};

/** Workers that people ask for, run short, stop, start, touch by hand and give back. */
const fleet: Scenario = {
  name: 'fleet',
  ends: ['task: Instance … belonged to no worker', 'worker: TERMINATED'],
  made: { instance: 5, licenceSeat: 1 },
  play: async (people) => {
    const { cloud } = people.system;
    await people.ask((api) => api.workerTemplates.create({ body: KEEPING }));
    cloud.capacity.set({ short: [{ zone: 'us-east-1a' }] });
    const id = await people.worker(KEEPING.name);
    await people.untilWorker(id, 'RUNNING');
    await people.importByHand(id);
    await people.ask((api) => api.workers.stop({ params: { id }, body: {} }));
    await people.untilWorker(id, 'STOPPED');
    await people.ask((api) => api.workers.start({ params: { id }, body: {} }));
    await people.untilWorker(id, 'RUNNING');
    await people.leaveInstance(id);
    await people.stopHostOf(id);
    await people.untilWorker(id, 'STARTING');
    await people.untilWorker(id, 'RUNNING');
    await people.ask((api) => api.workers.stop({ params: { id }, body: {} }));
    await people.untilWorker(id, 'STOPPED');
    await people.ask((api) => api.workers.terminate({ params: { id }, body: {} }));
    await people.untilWorker(id, 'TERMINATED');
  },
};

/** All of them together reach everything. */
export const SCENARIOS: readonly Scenario[] = [exam, training, trouble, fleet];
