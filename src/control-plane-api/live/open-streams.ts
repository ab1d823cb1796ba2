import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Operation } from '../auth/authorize.ts';
import { type Caller, ownKey } from '../auth/caller.ts';
import type { Door } from '../http/door.ts';
import { DATA_HEADERS } from '../http/security-headers.ts';
import { viewerOf } from '../queries/visible.ts';
import type { Services } from '../services.ts';
import { Admittance } from './admittance.ts';
import { StreamWriter } from './stream-writer.ts';

/** A stream that was let in: to whom it goes, by now, and where it is written. */
export interface OpenStream {
  admittance: Admittance;
  writer: StreamWriter;
}

/** The streams of server-sent events that are open for one operation, each from being let in to its end. */
export class OpenStreams {
  readonly #services: Services;
  readonly #door: Door;
  readonly #operation: Operation;
  readonly #writers = new Set<StreamWriter>();
  readonly #byCaller = new Map<string, number>();

  constructor(services: Services, door: Door, operation: Operation) {
    this.#services = services;
    this.#door = door;
    this.#operation = operation;
  }

  /**
   * Serves one stream.
   * @param read reads what is asked for, while that can still be refused
   * @param follow writes until the writer's signal says that it is over
   * @throws Refusal as the door does; `tooManyRequests` where as many are open as one caller may have
   */
  async serve<Asked>(
    { request, reply }: { request: FastifyRequest; reply: FastifyReply },
    read: () => Asked | Promise<Asked>,
    follow: (stream: OpenStream, asked: Asked) => Promise<void>,
  ): Promise<FastifyReply> {
    const { clock, log } = this.#services;
    const viewer = await viewerOf(this.#services, await this.#door.admit(this.#operation, request, reply));
    const ask = async () => viewerOf(this.#services, await this.#door.admitStill(this.#operation, request));
    const asked = await read();
    const leave = await this.#take(viewer.caller);
    reply.hijack();
    const writer = new StreamWriter(reply.raw, clock, { ...DATA_HEADERS, 'x-correlation-id': request.id });
    this.#writers.add(writer);
    const admittance = new Admittance(clock, viewer, ask, () => writer.end());
    try {
      await follow({ admittance, writer }, asked);
    } catch (error) {
      if (!writer.signal.aborted)
        log.warn({ err: error, correlationId: request.id }, `a stream broke: ${this.#operation.path}`);
    } finally {
      admittance.end();
      this.#writers.delete(writer);
      leave();
      writer.end();
    }
    return reply;
  }

  /** An open stream would keep the server from closing. */
  endAll(): void {
    for (const writer of this.#writers) writer.end();
  }

  /**
   * Takes a place for the caller; the answer gives it back.
   * @throws Refusal `tooManyRequests` where as many are open as one caller may have
   */
  async #take(caller: Caller): Promise<() => void> {
    const { streamsPerCaller } = await this.#services.settings.get();
    const key = ownKey(caller);
    const open = this.#byCaller.get(key) ?? 0;
    if (streamsPerCaller !== null && open >= streamsPerCaller)
      throw new Refusal('tooManyRequests', `you follow ${open} streams already: end one first`, {
        facts: { retryAfterSeconds: RETRY_SECONDS },
      });
    this.#byCaller.set(key, open + 1);
    return () => {
      const left = (this.#byCaller.get(key) ?? 1) - 1;
      if (left > 0) this.#byCaller.set(key, left);
      else this.#byCaller.delete(key);
    };
  }
}

/** Nobody knows when a stream ends: when to look again, seconds. */
const RETRY_SECONDS = 5;
