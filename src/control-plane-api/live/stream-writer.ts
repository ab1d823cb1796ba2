import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Clock } from '@lcm/core/spi/clock.ts';
import { frame } from './frame.ts';

/** Silence after which a heartbeat is sent. */
const HEARTBEAT_MS = 30_000;
/** Bytes that may wait for a slow client before it is dropped; it comes back with Last-Event-ID. */
const MAX_WAITING_BYTES = 4_000_000;

/** The server's end of one event stream. Nobody waits for a client that reads too slowly: it is dropped. */
export class StreamWriter {
  readonly #raw: ServerResponse;
  readonly #clock: Clock;
  readonly #ending = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  #cancelHeartbeat = () => {};
  #stalled = false;

  /** Sends the head. */
  constructor(raw: ServerResponse, clock: Clock, headers: Record<string, string>) {
    this.#raw = raw;
    this.#clock = clock;
    raw.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      connection: 'keep-alive',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    raw.flushHeaders();
    raw.on('close', () => this.end());
    this.#beatLater();
    // Whoever went while they were let in closes nothing any more.
    if (raw.destroyed) this.end();
  }

  /** Aborted when the stream is over, whoever ended it. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** Resolves when the stream is over. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  write(text: string): void {
    if (this.signal.aborted) return;
    this.#raw.write(text);
    if (this.#raw.writableLength > MAX_WAITING_BYTES) this.#drop();
  }

  /** Writes, and waits while the client is slow: for what can be made at the client's pace. */
  async writeAndWait(bytes: Buffer): Promise<void> {
    if (this.signal.aborted || this.#raw.write(bytes)) return;
    await once(this.#raw, 'drain', { signal: this.signal }).catch((error: unknown) => {
      if (!this.signal.aborted) throw error;
    });
  }

  end(): void {
    if (this.signal.aborted) return;
    this.#ending.abort();
    this.#ended.resolve();
    this.#cancelHeartbeat();
    this.#raw.end();
  }

  #drop(): void {
    this.end();
    this.#raw.destroy();
  }

  #beatLater(): void {
    this.#cancelHeartbeat = this.#clock.after(HEARTBEAT_MS, () => {
      // What was not taken off between two beats is not read any more.
      if (this.#stalled && this.#raw.writableNeedDrain) return this.#drop();
      this.#stalled = this.#raw.writableNeedDrain;
      this.write(frame('heartbeat', { timestamp: new Date(this.#clock.now()).toISOString() }));
      this.#beatLater();
    });
  }
}
