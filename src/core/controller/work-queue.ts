import type { Clock } from '../spi/clock.ts';
import type { Random } from '../spi/random.ts';
import { DueTimes } from './due-times.ts';

/** Milliseconds before a failed id is tried again: the first wait, doubled for each further failure up to the last. */
export interface Backoff {
  initialMs: number;
  maxMs: number;
}

/** What became of one piece of work. */
export type WorkOutcome =
  | { kind: 'done'; againInMs?: number | undefined }
  | { kind: 'failed'; backoff?: Backoff | undefined }
  /** Not ours any more: forgotten until it is added again. */
  | { kind: 'dropped' };

export interface WorkQueueOptions {
  clock: Clock;
  random: Random;
  /** How many ids are worked on at once. */
  concurrency: number;
  /** Never called for one id twice at a time. */
  work(id: string): Promise<WorkOutcome>;
  /** Told of what `work` throws, which counts as failed. */
  onThrow(id: string, error: unknown): void;
  /** 1 s to 60 s where absent. */
  backoff?: Backoff | undefined;
}

export interface WorkQueue {
  /**
   * Wants the id worked on as soon as may be: at once, after the run under way, or, where it has just failed,
   * after the first step of its back-off. `urgent` waits for no back-off.
   */
  add(id: string, how?: { urgent?: boolean }): void;
  /** Wants it worked on in `ms` milliseconds, unless it is due earlier anyway. */
  addAfter(id: string, ms: number): void;
  /** The thing is gone: nothing of it is kept, and a failure of the run under way is not repeated. */
  forget(id: string): void;
  pause(): void;
  resume(): void;
  /** Starts nothing more; resolves when nothing is under way. */
  stop(): Promise<void>;
  stats(): WorkQueueStats;
}

export interface WorkQueueStats {
  /** Waiting for a free place. */
  ready: number;
  /** Waiting for their time. */
  delayed: number;
  underWay: number;
}

/** A queue of ids, each of them in it once; it works on them itself, oldest wish first. */
export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  return new KeyedQueue(options);
}

const DEFAULT_BACKOFF: Backoff = { initialMs: 1_000, maxMs: 60_000 };

/** What is remembered of an id while it is anywhere in the queue or has failed. */
interface Item {
  state: 'idle' | 'ready' | 'underWay';
  /** What a run under way is followed by: a run at once, or one after so many milliseconds. */
  wantedAgain: 'no' | 'yes' | 'urgently';
  againInMs: number | undefined;
  /** In a row. */
  failures: number;
  /** No change of the world cuts a back-off shorter than to this time. */
  notBefore: number;
  forgotten: boolean;
}

class KeyedQueue implements WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #items = new Map<string, Item>();
  readonly #delayed = new DueTimes();
  /** Who is ready, and some who were: those that have been forgotten since stay in the row. */
  #row: { id: string; item: Item }[] = [];
  /** How far the row has been read. */
  #read = 0;
  #ready = 0;
  #underWay = 0;
  #paused = false;
  #stopping: (() => void) | undefined;
  #alarm: { at: number; cancel: () => void } | undefined;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  add(id: string, { urgent = false } = {}): void {
    const item = this.#item(id);
    if (item.state === 'underWay') {
      if (item.wantedAgain !== 'urgently') item.wantedAgain = urgent ? 'urgently' : 'yes';
      return;
    }
    if (item.state === 'ready') return;
    const waitMs = urgent ? 0 : item.notBefore - this.#now();
    if (waitMs > 0) this.#delay(id, waitMs);
    else this.#makeReady(id, item);
  }

  addAfter(id: string, ms: number): void {
    const item = this.#item(id);
    if (item.state === 'underWay') item.againInMs = Math.min(item.againInMs ?? ms, ms);
    else if (item.state === 'idle') this.#delay(id, ms);
  }

  forget(id: string): void {
    const item = this.#items.get(id);
    if (!item) return;
    this.#delayed.delete(id);
    if (item.state === 'underWay') {
      item.forgotten = true;
      item.wantedAgain = 'no';
      item.againInMs = undefined;
      return;
    }
    if (item.state === 'ready') this.#ready -= 1;
    this.#items.delete(id);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#fill();
  }

  async stop(): Promise<void> {
    this.#alarm?.cancel();
    this.#row = [];
    this.#ready = 0;
    this.#paused = true;
    await new Promise<void>((resolve) => {
      const before = this.#stopping;
      this.#stopping = () => {
        before?.();
        resolve();
      };
      if (this.#underWay === 0) this.#stopping();
    });
  }

  stats(): WorkQueueStats {
    return { ready: this.#ready, delayed: this.#delayed.size, underWay: this.#underWay };
  }

  #now(): number {
    return this.#options.clock.monotonic();
  }

  #item(id: string): Item {
    const known = this.#items.get(id);
    if (known) {
      known.forgotten = false;
      return known;
    }
    const item: Item = {
      state: 'idle',
      wantedAgain: 'no',
      againInMs: undefined,
      failures: 0,
      notBefore: Number.NEGATIVE_INFINITY,
      forgotten: false,
    };
    this.#items.set(id, item);
    return item;
  }

  #makeReady(id: string, item: Item): void {
    if (this.#stopping) return;
    this.#delayed.delete(id);
    item.state = 'ready';
    this.#ready += 1;
    this.#row.push({ id, item });
    this.#fill();
  }

  /** An id that waits already keeps the earlier of the two times. */
  #delay(id: string, ms: number): void {
    const at = this.#now() + Math.max(0, ms);
    const due = this.#delayed.at(id);
    if (due !== undefined && due <= at) return;
    this.#delayed.set(id, at);
    this.#setAlarm();
  }

  #setAlarm(): void {
    const next = this.#delayed.next();
    if (next === undefined || this.#stopping || (this.#alarm && this.#alarm.at <= next)) return;
    this.#alarm?.cancel();
    this.#alarm = {
      at: next,
      cancel: this.#options.clock.after(next - this.#now(), () => {
        this.#alarm = undefined;
        this.#wakeDelayed();
      }),
    };
  }

  #wakeDelayed(): void {
    // Timers of a machine may fire a little early.
    const now = this.#now() + 1;
    for (let id = this.#delayed.take(now); id !== undefined; id = this.#delayed.take(now)) {
      const item = this.#items.get(id);
      if (item?.state === 'idle') this.#makeReady(id, item);
    }
    this.#setAlarm();
  }

  #fill(): void {
    while (!this.#paused && this.#underWay < this.#options.concurrency) {
      const next = this.#row[this.#read];
      if (!next) return;
      this.#read += 1;
      if (this.#read > 1_024 && this.#read * 2 > this.#row.length) {
        this.#row = this.#row.slice(this.#read);
        this.#read = 0;
      }
      if (this.#items.get(next.id) === next.item) void this.#run(next.id, next.item);
    }
  }

  async #run(id: string, item: Item): Promise<void> {
    item.state = 'underWay';
    this.#ready -= 1;
    this.#underWay += 1;
    const outcome = await this.#options.work(id).catch((error: unknown): WorkOutcome => {
      this.#options.onThrow(id, error);
      return { kind: 'failed' };
    });
    this.#underWay -= 1;
    this.#settle(id, item, outcome);
    if (this.#stopping && this.#underWay === 0) this.#stopping();
    this.#fill();
  }

  #settle(id: string, item: Item, outcome: WorkOutcome): void {
    const { wantedAgain, againInMs } = item;
    item.state = 'idle';
    item.wantedAgain = 'no';
    item.againInMs = undefined;
    if (item.forgotten || this.#stopping) {
      this.#items.delete(id);
      return;
    }
    if (outcome.kind === 'failed') {
      this.#delay(id, this.#waitAfterFailure(item, outcome.backoff ?? this.#options.backoff));
    } else {
      item.failures = 0;
      item.notBefore = Number.NEGATIVE_INFINITY;
      if (outcome.kind === 'done' && outcome.againInMs !== undefined) this.#delay(id, outcome.againInMs);
    }
    if (againInMs !== undefined) this.#delay(id, againInMs);
    if (wantedAgain !== 'no') this.add(id, { urgent: wantedAgain === 'urgently' });
    if (item.state === 'idle' && this.#delayed.at(id) === undefined) this.#items.delete(id);
  }

  /** Between half and all of what it would be, so that those who failed together do not come again together. */
  #waitAfterFailure(item: Item, { initialMs, maxMs }: Backoff = DEFAULT_BACKOFF): number {
    item.failures += 1;
    const fullMs = Math.min(maxMs, initialMs * 2 ** Math.min(item.failures - 1, 30));
    const waitMs = fullMs * (0.5 + this.#options.random.next() / 2);
    item.notBefore = this.#now() + Math.min(waitMs, initialMs);
    return waitMs;
  }
}
