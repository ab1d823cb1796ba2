import type { EventSender } from '../events.ts';
import type { World } from '../world.ts';
import { evaluate, type GradingResult } from './evaluate.ts';
import { EvidenceUnavailable, fetchEvidence } from './fetch-evidence.ts';
import { GradingError } from './grading-error.ts';
import { gradingEvent } from './grading-event.ts';
import { openPatternRunner, SearchTimeout } from './pattern-runner.ts';
import type { GradingFailure, GradingJob, Submission } from './submission.ts';

/** The engine's work, whoever asks for it. */
export interface Gradings {
  /** Takes a submission. With `once`, the grading of the same reference and attempt, if there is one. */
  submit(submission: Submission, once: boolean): GradingJob;
  /** @throws GradingError 404 */
  get(gradingId: string): GradingJob;
  search(reference?: string): GradingJob[];
  /** The next so many submissions fail that way. 0 takes the order back. */
  failNext(failure: GradingFailure, count: number): void;
  close(): Promise<void>;
}

/** What the engine needs beside the world. */
export interface GradingMeans {
  events: EventSender;
  /** How evidence is fetched. */
  fetch: typeof globalThis.fetch;
}

/** Keeps the jobs in the simulator's state, goes on with those that were under way, and tells how they end. */
export function openGradings(world: World, { events, fetch }: GradingMeans): Gradings {
  const { clock } = world;
  const jobs = world.state.collection<GradingJob>('gradings');
  const orders = world.state.collection<{ failure: GradingFailure; count: number }>('gradingOrders');
  const runner = openPatternRunner();
  const timers = new Map<string, () => void>();
  const closing = new AbortController();
  const means = { fetch, clock, signal: closing.signal };
  const now = () => new Date(clock.now()).toISOString();

  const finish = (job: GradingJob, outcome: { result: GradingResult } | { error: GradingFailure }) => {
    const { submission, fail: _, ...rest } = job;
    const finished: GradingJob = {
      ...rest,
      ...outcome,
      status: 'result' in outcome ? 'COMPLETED' : 'FAILED',
      finishedAt: now(),
    };
    jobs.put(job.gradingId, finished);
    world.ledger.close('gradingJob', job.gradingId);
    events.emit(gradingEvent(finished), submission?.callbacks);
  };

  const work = async (job: GradingJob): Promise<void> => {
    timers.delete(job.gradingId);
    const outcome = await outcomeOf(job).catch((error: unknown) => ({ error: failureOf(error) }));
    if (!closing.signal.aborted) finish(job, outcome);
  };

  const outcomeOf = async (
    job: GradingJob,
  ): Promise<{ result: GradingResult } | { error: GradingFailure }> => {
    if (job.fail) return { error: job.fail };
    if (!job.submission) throw new Error(`grading ${job.gradingId} has lost its submission`);
    const { rubric } = job.submission;
    const evidence =
      job.submission.evidence ?? (await fetchEvidence(job.submission.evidenceUrl ?? '', means));
    return { result: evaluate(rubric, evidence, (searches) => runner.search(searches, searchBudgetMs)) };
  };

  const schedule = (job: GradingJob) => {
    const dueMs = Date.parse(job.submittedAt) + world.delays.gradingMs - clock.now();
    timers.set(
      job.gradingId,
      clock.after(Math.max(0, dueMs), () => void work(job)),
    );
  };

  const takeOrder = (): GradingFailure | undefined => {
    const order = orders.get('next');
    if (!order) return undefined;
    if (order.count > 1) orders.put('next', { ...order, count: order.count - 1 });
    else orders.delete('next');
    return order.failure;
  };

  const byReference = new Map<string, string[]>();
  const index = ({ reference, gradingId }: GradingJob) => {
    const ids = byReference.get(reference);
    if (ids) ids.push(gradingId);
    else byReference.set(reference, [gradingId]);
  };
  const get = (gradingId: string): GradingJob => {
    const job = jobs.get(gradingId);
    if (!job) throw new GradingError(404, `there is no grading ${gradingId}`);
    return job;
  };
  const search = (reference: string) => (byReference.get(reference) ?? []).map(get);

  const inOrder = () => jobs.values().toSorted((a, b) => a.number - b.number);
  let count = 0;
  for (const job of inOrder()) {
    index(job);
    count = job.number;
    if (job.status === 'WORKING') schedule(job);
  }

  return {
    submit: (submission, once) => {
      const { reference, attempt } = submission;
      const earlier = search(reference).find((job) => job.attempt === attempt);
      if (once && earlier) return earlier;
      let gradingId = world.random.uuid();
      // A seeded simulator that starts anew repeats its UUIDs.
      while (jobs.get(gradingId)) gradingId = world.random.uuid();
      const fail = takeOrder();
      const job: GradingJob = {
        gradingId,
        reference,
        attempt,
        number: ++count,
        status: 'WORKING',
        submittedAt: now(),
        submission,
        ...(fail && { fail }),
      };
      jobs.put(job.gradingId, job);
      index(job);
      world.ledger.open('gradingJob', job.gradingId, { reference, attempt });
      schedule(job);
      return job;
    },
    get,
    search: (reference) => (reference === undefined ? inOrder() : search(reference)),
    failNext: (failure, times) => {
      if (times > 0) orders.put('next', { failure, count: times });
      else orders.delete('next');
    },
    close: async () => {
      closing.abort(new Error('the grading engine is closed'));
      for (const cancel of timers.values()) cancel();
      await runner.close();
    },
  };
}

/** Milliseconds for all patterns of one submission. An honest rubric takes a few. */
const searchBudgetMs = 1_000;

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function failureOf(error: unknown): GradingFailure {
  const error_message = messageOf(error);
  if (error instanceof SearchTimeout)
    return { error_code: 'RUBRIC_TIMEOUT', error_message, retry_possible: false };
  if (error instanceof EvidenceUnavailable) {
    return { error_code: 'EVIDENCE_UNAVAILABLE', error_message, retry_possible: true };
  }
  return { error_code: 'INTERNAL', error_message, retry_possible: true };
}
