import type { StepProgress } from '../domain/pipeline-progress.ts';

/**
 * How the steps of a run stand. All go to the same aggregate, so one commit follows the other, and what comes
 * during one shares the next. What was not saved has not happened.
 */
export class SavedSteps {
  readonly #steps: Map<string, StepProgress>;
  readonly #commit: (steps: readonly StepProgress[]) => Promise<void>;
  /** Steps that are saved together with others whose end lets them begin. */
  readonly #alsoBegun: (progressOf: (name: string) => StepProgress | undefined) => StepProgress[];
  #waiting: StepProgress[] = [];
  #next: Promise<void> = Promise.resolve();
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    steps: readonly StepProgress[],
    commit: (steps: readonly StepProgress[]) => Promise<void>,
    alsoBegun: (progressOf: (name: string) => StepProgress | undefined) => StepProgress[],
  ) {
    this.#steps = new Map(steps.map((step) => [step.name, step]));
    this.#commit = commit;
    this.#alsoBegun = alsoBegun;
  }

  get(name: string): StepProgress | undefined {
    return this.#steps.get(name);
  }

  all(): StepProgress[] {
    return [...this.#steps.values()];
  }

  /** What is not worth a commit is only known here. */
  note(step: StepProgress): void {
    this.#steps.set(step.name, step);
  }

  /** Resolves when it is persisted. @throws what the commit throws */
  save(step: StepProgress): Promise<void> {
    this.#waiting.push(step);
    if (this.#waiting.length === 1) {
      this.#next = this.#last.then(() => this.#saveAll());
      this.#last = this.#next.catch(() => undefined);
    }
    return this.#next;
  }

  async #saveAll(): Promise<void> {
    const changed = new Map(this.#waiting.splice(0).map((step) => [step.name, step]));
    for (const begun of this.#alsoBegun((name) => changed.get(name) ?? this.#steps.get(name)))
      changed.set(begun.name, begun);
    await this.#commit([...changed.values()]);
    for (const step of changed.values()) this.note(step);
  }
}
