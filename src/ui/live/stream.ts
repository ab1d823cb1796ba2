import type { Pace } from '../browser/pace.ts';
import type { ConnectionState } from './connection.ts';
import { type Frame, FrameReader } from './frame.ts';
import { retryDelayMs } from './retry-delay.ts';

/** Seconds of silence after which the connection counts as dead; the server speaks every 30. */
export const SILENCE_MS = 45_000;

export interface StreamOptions {
  url: string;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  pace: Pace;
  /** Where to go on, `<epoch>.<revision>`; undefined for a fresh snapshot. */
  lastId: () => string | undefined;
  onFrames: (frames: Frame[]) => void;
  onState: (state: ConnectionState) => void;
}

/**
 * The event stream, kept open. EventSource would not do: it gives up for good on an answer other than 200,
 * does not say which, and wants every event name beforehand.
 */
export class Stream {
  readonly #options: StreamOptions;
  #abort: AbortController | undefined;
  #cancelWait: (() => void) | undefined;
  #cancelSilence: (() => void) | undefined;
  #failures = 0;

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  start(): void {
    this.stop();
    const abort = new AbortController();
    this.#abort = abort;
    this.#options.onState({ kind: 'connecting' });
    this.#run(abort.signal).then(
      (ended) => {
        if (this.#abort === abort) this.#ended(ended);
      },
      (cause: unknown) => {
        if (this.#abort === abort) this.#ended(reasonOf(cause));
      },
    );
  }

  stop(): void {
    this.#cancelWait?.();
    this.#cancelSilence?.();
    const abort = this.#abort;
    this.#abort = undefined;
    abort?.abort();
  }

  /** Tries at once: somebody asked for it, or the network came back. */
  retryNow(): void {
    this.#failures = 0;
    this.start();
  }

  /** Reads until the stream ends. Gives why it ended. */
  async #run(signal: AbortSignal): Promise<'signedOut' | string> {
    const { url, fetch, lastId, onFrames, onState } = this.#options;
    this.#listenForSilence();
    const id = lastId();
    const headers: Record<string, string> = { accept: 'text/event-stream' };
    if (id) headers['last-event-id'] = id;
    const response = await fetch(url, { headers, signal, cache: 'no-store' });
    if (response.status === 401) return 'signedOut';
    if (!response.ok || !response.body) return `the server answered ${response.status}`;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const frames = new FrameReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return 'the server closed the stream';
      this.#listenForSilence();
      if (this.#failures >= 0) {
        this.#failures = -1;
        onState({ kind: 'live' });
      }
      onFrames(frames.read(value));
    }
  }

  #listenForSilence(): void {
    this.#cancelSilence?.();
    this.#cancelSilence = this.#options.pace.after(SILENCE_MS, () => {
      this.stop();
      this.#ended('the server fell silent');
    });
  }

  #ended(why: string): void {
    this.stop();
    const { pace, onState } = this.#options;
    if (why === 'signedOut') {
      onState({ kind: 'signedOut' });
      return;
    }
    this.#failures = Math.max(0, this.#failures) + 1;
    const wait = retryDelayMs(this.#failures, pace.chance());
    onState({ kind: 'waiting', retryAt: pace.now() + wait, why });
    this.#cancelWait = pace.after(wait, () => this.start());
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
