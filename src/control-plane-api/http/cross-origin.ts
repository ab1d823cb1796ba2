import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import type { Exposure } from './exposure.ts';

/** Headers of ours that scripts of other origins may read. */
const READABLE = [
  'etag',
  'x-correlation-id',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'deprecation',
  'sunset',
  'link',
  'www-authenticate',
];
/** And those that they may send. */
const SENDABLE = [
  'authorization',
  'content-type',
  'if-match',
  'if-none-match',
  'idempotency-key',
  'last-event-id',
  'x-correlation-id',
];
/** How long a browser may remember what it was told, seconds: what Chromium remembers at most. */
const REMEMBERED_SECONDS = 7_200;

/**
 * Lets pages of the listed origins call the API with a token of their own (CORS). Cookies stay ours: no other page
 * may use a login of this one.
 */
export async function allowOrigins(app: FastifyInstance, { corsOrigins = [] }: Exposure): Promise<void> {
  if (corsOrigins.length === 0) return;
  await app.register(cors, {
    origin: [...corsOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: SENDABLE,
    exposedHeaders: READABLE,
    credentials: false,
    maxAge: REMEMBERED_SECONDS,
    // What is no preflight is answered as anywhere else: with what the path allows.
    strictPreflight: false,
  });
}
