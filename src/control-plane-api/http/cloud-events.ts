import { Refusal } from '@lcm/core/domain/refusal.ts';
import { CloudEvent, HTTP } from 'cloudevents';
import type { FastifyInstance } from 'fastify';
import { receiveEvent } from '../commands/inbound-events.ts';
import type { Services } from '../services.ts';

/** Largest body, in bytes: what is received is kept. */
const BODY_LIMIT = 1_000_000;

/** Takes CloudEvents in, structured, binary or several at once; 202 once they are kept. */
export function receiveCloudEvents(app: FastifyInstance, services: Services, path: string): void {
  app.register(async (events) => {
    events.removeAllContentTypeParsers();
    events.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    events.post(path, { bodyLimit: BODY_LIMIT }, async (request, reply) => {
      for (const event of eventsOf(request.headers, String(request.body ?? ''))) {
        await receiveEvent(services, {
          source: event.source,
          id: event.id,
          type: event.type,
          data: event.data,
        });
      }
      return reply.code(202).send();
    });
  });
}

function eventsOf(
  headers: Record<string, string | string[] | undefined>,
  body: string,
): CloudEvent<unknown>[] {
  try {
    const received = HTTP.toEvent<unknown>({ headers, body });
    const events = Array.isArray(received) ? received : [received];
    return events.map((event) => {
      if (!(event instanceof CloudEvent)) throw new Error('is not an event');
      event.validate();
      return event;
    });
  } catch (cause) {
    throw new Refusal(
      'invalid',
      `this is not a CloudEvent: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}
