import { hash } from 'node:crypto';
import type { Endpoint } from '@lcm/core/api/endpoint.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { FastifyReply } from 'fastify';
import { onlyFields } from './sparse-fields.ts';

/** What of a request decides how its answer is told. */
interface Asked {
  fields?: string | undefined;
  ifNoneMatch?: string | undefined;
}

/**
 * Sends what an operation has answered. A read has an ETag of all that it shows, so that a client which has the same
 * already is answered 304 (RFC 9110, section 13.1.2); with a version it begins with that, and `If-Match` looks at no more.
 */
export function sendAnswer(
  endpoint: Endpoint,
  answer: unknown,
  { fields, ifNoneMatch }: Asked,
  reply: FastifyReply,
): FastifyReply {
  reply.code(endpoint.status);
  if (endpoint.status === 204) return reply.send();
  const shown = fields === undefined ? answer : onlyFields(endpoint, fields, answer);
  const text = JSON.stringify(shown);
  const version = versionIn(answer);
  if (endpoint.method !== 'GET') {
    if (version !== undefined) reply.header('etag', `"${version}"`);
    return reply.type('application/json').send(text);
  }
  const digest = hash('sha1', text, 'base64url').slice(0, 16);
  const etag = version === undefined ? `"${digest}"` : `"${version}-${digest}"`;
  reply.header('etag', etag);
  // Who asks decides what is shown; nobody else's copy will do.
  reply.header('cache-control', 'private, no-cache');
  if (matches(ifNoneMatch, etag)) return reply.code(304).send();
  return reply.type('application/json').send(text);
}

/** What `If-Match` may say: any version, or an ETag that begins with one. */
export const IF_MATCH = /^(?:\*|"(\d{1,15})(?:-[\w-]{1,43})?")$/;

/** The version that a change is held to by `If-Match`; undefined for any. @throws Refusal `invalid` */
export function versionAskedFor(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const match = IF_MATCH.exec(header);
  if (match) return match[1] === undefined ? undefined : Number(match[1]);
  throw new Refusal('invalid', `If-Match must be the ETag of the resource, such as "3", not ${header}`, {
    fields: [{ pointer: '/headers/if-match', message: 'must be a version in double quotes' }],
  });
}

function versionIn(answer: unknown): number | undefined {
  const version =
    typeof answer === 'object' && answer !== null && 'version' in answer ? answer.version : undefined;
  return typeof version === 'number' ? version : undefined;
}

/** Weak comparison, as reads ask for it: a proxy may have weakened the tag. */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag);
}
