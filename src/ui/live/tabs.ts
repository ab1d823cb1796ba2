import type { Pace } from '../browser/pace.ts';
import type { ConnectionState } from './connection.ts';
import type { Frame } from './frame.ts';

/** What the tabs of one browser say to each other. */
export type Word =
  | { type: 'frames'; frames: Frame[]; to?: string }
  | { type: 'state'; state: ConnectionState; to?: string }
  /** A tab has just opened and wants everything. */
  | { type: 'hello'; from: string }
  | { type: 'retry' };

/** What BroadcastChannel and Web Locks offer, as far as it is used. */
export interface TabsOptions {
  me: string;
  channel: { post: (word: Word) => void; onWord: (call: (word: Word) => void) => void };
  /** Holds the lock until the signal; undefined where the browser has none (plain http). */
  hold: ((work: (signal: AbortSignal) => void, steal: boolean) => Promise<void>) | undefined;
  pace: Pace;
  /** This tab has the stream from now on, until the signal. */
  lead: (signal: AbortSignal) => void;
  /** Everything that this tab has, as frames, for a tab that has just opened. */
  everything: () => { frames: Frame[]; state: ConnectionState };
  onFrames: (frames: Frame[]) => void;
  onState: (state: ConnectionState) => void;
  onRetry: () => void;
}

/** A leader speaks at least every 30 s (heartbeats, attempts); one that is silent for so long hangs. */
const LEADER_SILENCE_MS = 75_000;

/**
 * One stream for all tabs of a browser: HTTP/1.1 allows six connections to a host, so that the seventh tab
 * would hang without a word. The tab that holds the lock reads the stream and passes it on to the others.
 */
export class Tabs {
  readonly #options: TabsOptions;
  #leading = false;
  /** Whether another tab may be there; copying every frame for nobody would cost as much as reading it. */
  #company = false;
  #cancelSilence: (() => void) | undefined;

  constructor(options: TabsOptions) {
    this.#options = options;
  }

  /** Joins the other tabs; leads at once where there are none. */
  open(): void {
    const { channel, hold, me, lead } = this.#options;
    if (!hold) {
      this.#leading = true;
      lead(new AbortController().signal);
      return;
    }
    channel.onWord((word) => this.#hear(word));
    channel.post({ type: 'hello', from: me });
    this.#follow(false);
  }

  /** Hands on what the stream said, if it is this tab that reads it. */
  passOn(word: Word): void {
    if (this.#leading && this.#company) this.#options.channel.post(word);
  }

  /** Tries again now, whichever tab has the stream. */
  retryNow(): void {
    if (this.#leading) this.#options.onRetry();
    else this.#options.channel.post({ type: 'retry' });
  }

  #follow(steal: boolean): void {
    this.#listenForSilence();
    this.#options
      .hold?.((signal) => {
        this.#leading = true;
        this.#cancelSilence?.();
        signal.addEventListener('abort', () => {
          this.#leading = false;
        });
        this.#options.lead(signal);
      }, steal)
      .catch(() => {
        // Another tab took the lock because this one was silent: be one of the others again.
        this.#leading = false;
        this.#follow(false);
      });
  }

  #hear(word: Word): void {
    const { me, channel, everything, onFrames, onState, onRetry } = this.#options;
    this.#company = true;
    if (this.#leading) {
      if (word.type === 'retry') onRetry();
      if (word.type !== 'hello') return;
      const { frames, state } = everything();
      channel.post({ type: 'frames', frames, to: word.from });
      channel.post({ type: 'state', state, to: word.from });
      return;
    }
    if (word.type === 'hello' || word.type === 'retry') return;
    this.#listenForSilence();
    if (word.to && word.to !== me) return;
    if (word.type === 'frames') onFrames(word.frames);
    else onState(word.state);
  }

  #listenForSilence(): void {
    this.#cancelSilence?.();
    this.#cancelSilence = this.#options.pace.after(LEADER_SILENCE_MS, () => this.#follow(true));
  }
}
