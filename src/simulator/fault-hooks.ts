import { Socket } from 'node:net';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { faultAnswer } from './fault-answers.ts';
import type { Faults, FaultyService, RequestFate } from './faults.ts';
import { asBefore, tellsStates } from './stale-states.ts';

/** Whose faults, and which requests are spared (the pages that people look at). */
export interface FaultHookOptions {
  service: FaultyService;
  faults: Faults;
  clock: Clock;
  spares?: (url: string) => boolean;
}

/**
 * Makes every request that a server (or one of its contexts) answers subject to the service's fault plan.
 * Call it before the server is ready.
 */
export function addFaultHooks(app: FastifyInstance, options: FaultHookOptions): void {
  const { service, faults, clock, spares = () => false } = options;
  const fates = new WeakMap<FastifyRequest, RequestFate>();
  app.addHook('onRequest', async (request, reply) => {
    if (spares(request.url)) return;
    const fate = faults.nextRequest(service);
    fates.set(request, fate);
    if (fate.delayMs > 0) await clock.sleep(fate.delayMs);
    if (fate.outcome !== 'resetBefore') return;
    reply.hijack();
    breakConnection(reply);
  });
  // The body has been read by now, and nothing been done with it.
  app.addHook('preHandler', async (request, reply) => {
    const fate = fates.get(request);
    if (fate?.outcome !== 'error') return;
    const failure = faultAnswer(service, request.body, fate.choice);
    await reply.code(failure.status).type(failure.type).send(failure.body);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const fate = fates.get(request);
    if (fate?.outcome === 'resetAfter') breakConnection(reply);
    // Nothing may be sent any more, and only a hook that never ends keeps Fastify from trying.
    if (fate?.outcome === 'resetAfter' || fate?.outcome === 'noAnswer')
      return new Promise<never>(() => undefined);
    if (fate?.stale && typeof payload === 'string' && tellsStates(request.method, request.url))
      return asBefore(payload, fate.choice);
    return payload;
  });
}

/** The client sees ECONNRESET, not an orderly end. */
function breakConnection(reply: FastifyReply): void {
  if (reply.raw.socket instanceof Socket) reply.raw.socket.resetAndDestroy();
  reply.raw.destroy(new Error('the connection was reset'));
}
