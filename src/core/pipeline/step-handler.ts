import type { StepPlan } from '../domain/pipeline-progress.ts';
import { type PollPace, untilNextLook } from '../poll-pace.ts';

/** What a step is given. `Context` is whatever the caller of the pipeline hands to all of its steps. */
export interface StepCall<Context> {
  context: Context;
  step: StepPlan;
  params: Readonly<Record<string, unknown>>;
  /** What the steps before gave, by step name. */
  outputs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Counts from 1; a look after `StepWaits` or a crash is still the same attempt. */
  attempt: number;
  /** Aborted at the attempt's time-out, and when the run must stop. */
  signal: AbortSignal;
}

/** What a step does. It may run twice or be cut off anywhere: it must look before it acts. */
export interface StepHandler<Context = unknown> {
  /**
   * Gives what later steps may read (plain JSON).
   * @throws StepWaits when it is not done yet and should be looked at again
   * @throws Refusal `rule`, `invalid` or `forbidden` to fail without another attempt; `unavailable` where a peer does
   * not answer, which costs no attempt at a look after `StepWaits`; any other error is tried again
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: a step without output needs no return
  run(call: StepCall<Context>): Promise<Record<string, unknown> | undefined | void>;
  /** Why there is nothing to do; undefined where there is. */
  skip?(call: Omit<StepCall<Context>, 'attempt'>): string | undefined | Promise<string | undefined>;
}

export type StepHandlers<Context> = Readonly<Record<string, StepHandler<Context>>>;

/** Says that a step is under way and when to look again; costs no attempt until the step's time-out. */
export class StepWaits extends Error {
  readonly #again: number | PollPace;

  /**
   * @param message what it waits for, e.g. `212 of 302 nodes booted`
   * @param again milliseconds until the next look; where nobody knows, bounds for it: it is then in proportion
   * to the time that the attempt has taken so far
   */
  constructor(message: string, again: number | PollPace) {
    super(message);
    this.name = 'StepWaits';
    this.#again = again;
  }

  /** Milliseconds until the next look at an attempt that began so long ago. */
  againInMs(underWayMs: number): number {
    return typeof this.#again === 'number' ? this.#again : untilNextLook(underWayMs, this.#again);
  }
}
