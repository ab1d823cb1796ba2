import { Socket } from 'node:net';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ec2ErrorAnswer } from './ec2/xml.ts';
import type { Faults, FaultyService, RequestFate } from './faults.ts';

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
    if (fate.outcome === 'resetBefore') {
      reply.hijack();
      breakConnection(reply);
    }
    if (fate.outcome === 'error') {
      const failure = failureOf(service, fate.choice);
      await reply.code(failure.status).type(failure.type).send(failure.body);
    }
  });
  app.addHook('onSend', async (request, reply, payload) => {
    if (fates.get(request)?.outcome !== 'resetAfter') return payload;
    breakConnection(reply);
    // Nothing may be sent any more, and only a hook that never ends keeps Fastify from trying.
    return new Promise<never>(() => {});
  });
}

/** The client sees ECONNRESET, not an orderly end. */
function breakConnection(reply: FastifyReply): void {
  if (reply.raw.socket instanceof Socket) reply.raw.socket.resetAndDestroy();
  reply.raw.destroy(new Error('the connection was reset'));
}

/** How each service says that something went wrong on its side. */
function failureOf(service: FaultyService, choice: number): { status: number; type: string; body: string } {
  if (service === 'ec2') {
    const { code, status, message } = ec2Failures[Math.floor(choice * ec2Failures.length)] ?? ec2Failures[0];
    return { status, type: 'text/xml;charset=UTF-8', body: ec2ErrorAnswer('fault', code, message) };
  }
  if (service === 'cloudwatch') {
    const body = {
      __type: 'com.amazonaws.cloudwatch#InternalServiceFault',
      Message: 'Internal service fault',
    };
    return { status: 500, type: 'application/x-amz-json-1.0', body: JSON.stringify(body) };
  }
  const status = choice < 0.5 ? 500 : 503;
  const body = {
    code: status,
    description: status === 500 ? 'Internal Server Error' : 'Service Unavailable',
  };
  return { status, type: 'application/json', body: JSON.stringify(body) };
}

const ec2Failures = [
  { code: 'RequestLimitExceeded', status: 503, message: 'Request limit exceeded.' },
  { code: 'InternalError', status: 500, message: 'An internal error has occurred' },
  { code: 'Unavailable', status: 503, message: 'The service is unavailable. Please try again shortly.' },
] as const;
