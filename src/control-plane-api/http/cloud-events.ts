import { cloudEvent } from '@lcm/core/api/cloud-events.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { FastifyInstance, onRequestAsyncHookHandler } from 'fastify';
import { z } from 'zod';
import { type Incoming, receiveEvent } from '../commands/inbound-events.ts';
import type { Services } from '../services.ts';
import { RECEIVE_EVENTS } from './beside-contract.ts';
import { checked } from './checked.ts';
import type { Door } from './door.ts';
import { jsonBody, refuseCoded } from './json-body.ts';

/** Largest body, in bytes: what is received is kept. */
const BODY_LIMIT = 1_000_000;
/** Most events in one request. */
const LARGEST_BATCH = 1_000;

const cloudEvents = z.array(cloudEvent).max(LARGEST_BATCH);

/** Takes CloudEvents in, structured, binary or several at once; 202 once they are kept. */
export function receiveCloudEvents(app: FastifyInstance, services: Services, door: Door): void {
  app.register(async (events) => {
    events.removeAllContentTypeParsers();
    events.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    // Before the body is read: nothing is kept in memory for those who may not send.
    const onRequest: onRequestAsyncHookHandler = async (request, reply) => {
      await door.admit(RECEIVE_EVENTS, request, reply);
    };
    events.post(RECEIVE_EVENTS.path, { bodyLimit: BODY_LIMIT, onRequest }, async (request, reply) => {
      refuseCoded(request.headers);
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      for (const event of eventsOf(request.headers, body)) await receiveEvent(services, event);
      return reply.code(202).send();
    });
  });
}

type Headers = Record<string, string | string[] | undefined>;

function eventsOf(headers: Headers, body: Buffer): Incoming[] {
  const mode = /^application\/cloudevents(-batch)?(\+json)?\s*(;|$)/i.exec(
    headers['content-type']?.toString() ?? '',
  );
  if (!mode) return [binaryEvent(headers, body)];
  const value = jsonBody(body);
  const events = mode[1] ? checked(cloudEvents, value, '') : [checked(cloudEvent, value, '')];
  return events.map(({ source, id, type, data, data_base64 }) => ({
    source,
    id,
    type,
    data: data ?? data_base64,
  }));
}

/** The event whose attributes are headers, and whose data is the body. */
function binaryEvent(headers: Headers, body: Buffer): Incoming {
  const attributes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(headers))
    if (name.startsWith('ce-')) attributes[name.slice('ce-'.length)] = decoded(String(value));
  if (Object.keys(attributes).length === 0)
    throw new Refusal(
      'invalid',
      'this is not a CloudEvent: neither is application/cloudevents+json its content type, nor has it ce- headers',
    );
  const { source, id, type } = checked(cloudEvent, attributes, 'headers');
  const isJson = /[/+]json\s*(;|$)/i.test(headers['content-type']?.toString() ?? '');
  return { source, id, type, data: isJson && body.length > 0 ? jsonBody(body) : body.toString('utf8') };
}

/** Headers hold other than visible ASCII in percent encoding; what is none stays as it is. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
