import type { PipelineProgress, StepPlan, StepProgress } from '../domain/pipeline-progress.ts';
import { Refusal } from '../domain/refusal.ts';
import { iso, ms } from '../domain/time.ts';
import type { Clock } from '../spi/clock.ts';
import type { ExpressionEvaluator } from '../spi/expressions.ts';
import type { Random } from '../spi/random.ts';
import { pause } from '../waiting.ts';
import { attempt } from './attempt.ts';
import { SavedSteps } from './saved-steps.ts';
import { reasonToSkip } from './skip.ts';
import { endOf, isOver, needsAreMet, type PipelineEnd } from './standing.ts';
import { type StepCall, type StepHandlers, StepWaits } from './step-handler.ts';

export interface PipelineRun<Context> {
  /** As it was persisted; it is not changed. */
  progress: PipelineProgress;
  handlers: StepHandlers<Context>;
  context: Context;
  /** Persists how steps stand, all of them or none; called for one commit at a time. What it throws ends the run. */
  save(steps: readonly StepProgress[]): Promise<void>;
  clock: Clock;
  random: Random;
  signal: AbortSignal;
  /** For `skipWhen`; a plan that uses it needs it. */
  expressions?: ExpressionEvaluator | undefined;
  /** What expressions may read besides `steps`. */
  scope?: Readonly<Record<string, unknown>> | undefined;
}

/** How far it came. `WAITING`: nothing can be done now, come again. */
export type PipelineAdvance = PipelineEnd | { status: 'WAITING'; againInMs: number; message: string };

/**
 * Runs the pipeline to its end, sleeping while its steps wait.
 * @throws what `save` throws, the signal's reason, and Refusal `staleFence` from a step
 */
export async function runPipeline<Context>(run: PipelineRun<Context>): Promise<PipelineEnd['status']> {
  const execution = new Execution(run);
  while (true) {
    const advance = await execution.advance();
    if (advance.status !== 'WAITING') return advance.status;
    await run.clock.sleep(advance.againInMs, run.signal);
  }
}

/**
 * Does all that can be done now and returns instead of sleeping: for a reconcile, which should be short, so
 * that a change of mind (a cancelled session) is seen between two looks at a waiting step.
 * @throws as `runPipeline`
 */
export async function advancePipeline<Context>(run: PipelineRun<Context>): Promise<PipelineAdvance> {
  return new Execution(run).advance();
}

const LONGEST_DELAY_MS = 60_000;
const SHORTEST_WAIT_MS = 50;
/** What a look has at least, though its attempt's time ran out while nobody was there to look. */
const LATE_LOOK_MS = 30_000;
/** How often a peer is asked that does not answer. */
const AWAY_PACE = { atLeastMs: 1_000, atMostMs: 10_000 };
/** Refused for what it is, not for when it came: another attempt would be refused as well. */
const LASTING: readonly string[] = ['rule', 'invalid', 'forbidden'];

type Begun = StepProgress & { startedAt: string };

class Execution<Context> {
  readonly #run: PipelineRun<Context>;
  readonly #steps: SavedSteps;
  readonly #underWay = new Map<string, Promise<void>>();
  /** Aborted with the run's signal, and by the error that keeps the run from going on. */
  readonly #stop = new AbortController();

  constructor(run: PipelineRun<Context>) {
    this.#run = run;
    const { plan, steps } = run.progress;
    this.#steps = new SavedSteps(
      plan.map(({ name }) => steps[name] ?? { name, status: 'PENDING', attempts: 0 }),
      async (changed) => {
        this.#stop.signal.throwIfAborted();
        await run.save(changed);
      },
      (progressOf) => this.#begunWith(progressOf),
    );
  }

  async advance(): Promise<PipelineAdvance> {
    const { signal, progress } = this.#run;
    const onAbort = () => this.#stop.abort(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      while (true) {
        this.#stop.signal.throwIfAborted();
        const next = progress.status === 'RUNNING' ? this.#beginWhatCan() : undefined;
        if (this.#underWay.size > 0) await this.#untilSomethingEnds(next?.at);
        else if (next) return this.#waiting(next);
        else return endOf(progress.plan, (name) => this.#steps.get(name));
      }
    } finally {
      // Nothing of this run may still act when somebody else goes on with it.
      await Promise.all(this.#underWay.values());
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Begins every step that may begin now, and gives the one that may be next. */
  #beginWhatCan(): { step: StepProgress; at: number } | undefined {
    const { plan } = this.#run.progress;
    let next: { step: StepProgress; at: number } | undefined;
    for (const step of plan) {
      const progress = this.#steps.get(step.name);
      if (!progress || isOver(progress) || this.#underWay.has(step.name)) continue;
      if (!needsAreMet(step, plan, (name) => this.#steps.get(name))) continue;
      const at = progress.againAt === undefined ? this.#now() : ms(progress.againAt);
      if (at <= this.#now()) this.#begin(step, progress);
      else if (!next || at < next.at) next = { step: progress, at };
    }
    return next;
  }

  /**
   * What begins in the commit that lets it begin, which spares one of its own: steps that nothing can skip. They
   * are then taken up like steps that were cut off.
   */
  #begunWith(progressOf: (name: string) => StepProgress | undefined): StepProgress[] {
    const { progress, handlers } = this.#run;
    const { plan } = progress;
    const begins = plan.filter((step) => {
      const known = progressOf(step.name);
      if (known?.status !== 'PENDING' || known.againAt !== undefined || this.#underWay.has(step.name))
        return false;
      const handler = handlers[step.handler];
      if (!handler || handler.skip || step.skipWhen !== undefined) return false;
      return needsAreMet(step, plan, progressOf);
    });
    return begins.map(({ name }) => this.#begun(name, progressOf(name)?.attempts ?? 0));
  }

  #begin(step: StepPlan, progress: StepProgress): void {
    const ended = this.#look(step, progress)
      .catch((error: unknown) => this.#stop.abort(error))
      .then(() => {
        this.#underWay.delete(step.name);
      });
    this.#underWay.set(step.name, ended);
  }

  async #untilSomethingEnds(orUntil: number | undefined): Promise<void> {
    const woken = new AbortController();
    const ends: Promise<void>[] = [...this.#underWay.values()];
    if (orUntil !== undefined) ends.push(pause(this.#run.clock, orUntil - this.#now(), woken.signal));
    await Promise.race(ends);
    woken.abort();
  }

  #waiting({ step, at }: { step: StepProgress; at: number }): PipelineAdvance {
    const message = `${step.name}: ${step.message ?? 'waits'}`;
    return { status: 'WAITING', againInMs: at - this.#now(), message };
  }

  /** One look at a step: an attempt, the going on of one, or the finding that there is nothing to do. */
  async #look(step: StepPlan, before: StepProgress): Promise<void> {
    const { handlers, clock, context } = this.#run;
    const handler = handlers[step.handler];
    if (!handler) {
      return this.#fail(step, another(before), new Refusal('rule', `there is no handler ${step.handler}`));
    }
    const call = { context, step, params: step.params, outputs: this.#outputs() };
    if (before.startedAt === undefined && (await this.#isSkipped(step, before, call))) return;

    const begun = before.status === 'RUNNING' ? this.#resumed(before) : await this.#saveBegin(before);
    const timeoutMs = step.timeoutSeconds * 1_000;
    const deadline = Math.ceil(ms(begun.startedAt) + timeoutMs);
    const leftMs = Math.max(deadline - this.#now(), Math.min(LATE_LOOK_MS, timeoutMs));
    const { attempts } = begun;
    const outcome = await attempt(clock, leftMs, this.#stop.signal, (signal) =>
      Promise.resolve(handler.run({ ...call, attempt: attempts, signal })),
    );
    this.#stop.signal.throwIfAborted();
    if (outcome.ok)
      await this.#steps.save({ ...over(begun, 'COMPLETED', this.#now()), output: outcome.value ?? {} });
    else {
      const waits = whatItWaitsFor(outcome.error, before);
      if (waits) await this.#wait(step, begun, waits, deadline);
      else await this.#fail(step, begun, outcome.error);
    }
  }

  async #isSkipped(
    step: StepPlan,
    before: StepProgress,
    call: Omit<StepCall<Context>, 'attempt' | 'signal'>,
  ): Promise<boolean> {
    const { handlers, expressions, scope, clock } = this.#run;
    const handler = handlers[step.handler];
    if (!handler || (step.skipWhen === undefined && !handler.skip)) return false;
    const all = { ...scope, steps: call.outputs };
    const reason = await attempt(clock, LATE_LOOK_MS, this.#stop.signal, (signal) =>
      reasonToSkip(handler, { ...call, signal }, expressions, all),
    );
    this.#stop.signal.throwIfAborted();
    if (!reason.ok) await this.#fail(step, another(before), reason.error);
    else if (reason.value === undefined) return false;
    else await this.#steps.save({ ...over(before, 'SKIPPED', this.#now()), message: reason.value });
    return true;
  }

  /**
   * The same attempt goes on. One that waits keeps the time it began at, for what it waits for goes on by
   * itself; one that was cut off has to do its work anew and has all its time for it.
   */
  #resumed({ startedAt, ...step }: StepProgress): Begun {
    const now = iso(this.#now());
    const beganAt = step.againAt === undefined ? now : (startedAt ?? now);
    return { ...step, attempts: Math.max(1, step.attempts), startedAt: beganAt };
  }

  async #saveBegin({ name, attempts }: StepProgress): Promise<Begun> {
    const begun = this.#begun(name, attempts);
    await this.#steps.save(begun);
    return begun;
  }

  #begun(name: string, attempts: number): Begun {
    return { name, status: 'RUNNING', attempts: attempts + 1, startedAt: iso(this.#now()) };
  }

  async #wait(step: StepPlan, begun: Begun, waits: StepWaits, deadline: number) {
    const now = this.#now();
    const { message } = waits;
    if (now >= deadline) {
      const late = new Refusal('unavailable', `timed out after ${step.timeoutSeconds} s: ${message}`);
      return this.#fail(step, begun, late);
    }
    const at = Math.min(
      now + Math.max(SHORTEST_WAIT_MS, waits.againInMs(now - ms(begun.startedAt))),
      deadline,
    );
    const waiting: StepProgress = { ...begun, message, againAt: iso(at) };
    // The same words again are no news; they are not worth a commit.
    if (message === begun.message) this.#steps.note(waiting);
    else await this.#steps.save(waiting);
  }

  async #fail(step: StepPlan, attempted: StepProgress, error: unknown): Promise<void> {
    if (error instanceof Refusal && error.code === 'staleFence') throw error;
    const message = error instanceof Error ? error.message : String(error);
    const { maxAttempts, delaySeconds } = step.retry;
    const lasting = error instanceof Refusal && LASTING.includes(error.code);
    if (lasting || attempted.attempts >= maxAttempts) {
      await this.#steps.save({ ...over(attempted, 'FAILED', this.#now()), message });
      return;
    }
    const fullMs = Math.min(LONGEST_DELAY_MS, delaySeconds * 1_000 * 2 ** (attempted.attempts - 1));
    const delayMs = fullMs * (0.8 + this.#run.random.next() / 5);
    await this.#steps.save({
      ...over(attempted, 'PENDING', this.#now()),
      message: `attempt ${attempted.attempts} of ${maxAttempts}: ${message}`,
      againAt: iso(this.#now() + delayMs),
    });
  }

  #outputs(): Record<string, Record<string, unknown>> {
    const done = this.#steps.all().filter(({ status }) => status === 'COMPLETED');
    return Object.fromEntries(done.map(({ name, output }) => [name, output ?? {}]));
  }

  #now(): number {
    return this.#run.clock.now();
  }
}

/**
 * What the step waits for, if it does. Nobody answering at one of many looks says nothing about what the attempt
 * waits for, and costs none.
 */
function whatItWaitsFor(error: unknown, before: StepProgress): StepWaits | undefined {
  if (error instanceof StepWaits) return error;
  const looksAgain = before.status === 'RUNNING' && before.againAt !== undefined;
  const unanswered = error instanceof Refusal && error.code === 'unavailable';
  return looksAgain && unanswered ? new StepWaits(error.message, AWAY_PACE) : undefined;
}

/** The step with one attempt more, for those that fail before they are begun. */
const another = (step: StepProgress): StepProgress => ({ ...step, attempts: step.attempts + 1 });

/** The step at the end of an attempt. */
function over(
  { name, attempts, startedAt }: StepProgress,
  status: 'COMPLETED' | 'SKIPPED' | 'FAILED' | 'PENDING',
  now: number,
): StepProgress {
  return { name, status, attempts, ...(startedAt ? { startedAt } : {}), endedAt: iso(now) };
}
