import type { z } from 'zod';
import type { RefusalCode } from '../domain/refusal.ts';
import type { AccessRule } from './access-rule.ts';
import type { Deprecation } from './deprecation.ts';
import type { ServiceName } from './services.ts';

/**
 * Who may call: people's roles, `controller` for service accounts of the system itself, and `event-source` for those
 * that may only send CloudEvents.
 */
export type Role = 'admin' | 'manager' | 'lab-author' | 'user' | 'candidate' | 'controller' | 'event-source';

/** Path parameters, query and headers are objects; a body may be anything that JSON can say. */
type Fields = z.ZodObject;

/** One operation of the API, as data. Server, OpenAPI document and clients all come from it. */
export interface Endpoint<
  Params extends Fields | undefined = Fields | undefined,
  Query extends Fields | undefined = Fields | undefined,
  Body extends z.ZodType | undefined = z.ZodType | undefined,
  Answer extends z.ZodType | undefined = z.ZodType | undefined,
> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `:name` for parameters, as Fastify writes it. */
  path: string;
  summary: string;
  /** More than the summary says: rules across fields, what happens afterwards. */
  description?: string;
  /** Who may call it at all: one of these is needed. Empty where nobody needs to log in. */
  roles: readonly Role[];
  /** What decides beyond the role. */
  rule: AccessRule;
  /** For the rule `service`: those that need it. The others' role does not open it. */
  services: readonly ServiceName[];
  params: Params;
  query: Query;
  body: Body;
  /** What a success answers; undefined for 204. */
  answer: Answer;
  status: 200 | 201 | 202 | 204;
  /** Refusals it may answer with, beyond those that every operation has (invalid, unauthenticated, forbidden). */
  refusals: readonly RefusalCode[];
  /** Takes `Idempotency-Key`: the same key from the same caller gives the same resource. */
  idempotencyKey: boolean;
  /** Takes `If-Match` with the version as it was read. */
  ifMatch: boolean;
  /** Largest body, in bytes; a larger one is answered 413. */
  bodyBytes: number;
  /** Longest that it may take; 503 after that. */
  seconds: number;
  /** How many requests it counts for, by what it was sent; one where absent (docs/api.md, Rate limits). */
  counts?(body: In<Body>): number;
  /** On its way out: clients are told with each answer. */
  deprecated?: Deprecation;
}

type In<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

interface Written<P, Q, B, A> {
  method: Endpoint['method'];
  path: string;
  summary: string;
  description?: string;
  roles: readonly Role[];
  rule: AccessRule;
  services?: readonly ServiceName[];
  params?: P;
  query?: Q;
  body?: B;
  answer?: A;
  status?: Endpoint['status'];
  refusals?: readonly RefusalCode[];
  idempotencyKey?: boolean;
  ifMatch?: boolean;
  bodyBytes?: number;
  seconds?: number;
  counts?: (body: In<B>) => number;
  deprecated?: Deprecation;
}

/** Largest body where an operation says nothing: what people write by hand is far smaller. */
const SMALL_BODY_BYTES = 100_000;
/** A content package in base64 with room to spare; controllers send whole batches. */
export const LARGE_BODY_BYTES = 8_500_000;
/** Longest that an operation takes where it says nothing. */
const DEFAULT_SECONDS = 30;

/** Writes down one operation, with the defaults filled in. */
export function endpoint<
  P extends Fields | undefined = undefined,
  Q extends Fields | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  A extends z.ZodType | undefined = undefined,
>(written: Written<P, Q, B, A>): Endpoint<P, Q, B, A> {
  return {
    ...written,
    services: written.services ?? [],
    params: written.params as P,
    query: written.query as Q,
    body: written.body as B,
    answer: written.answer as A,
    status: written.status ?? (written.answer ? 200 : 204),
    refusals: written.refusals ?? [],
    idempotencyKey: written.idempotencyKey ?? false,
    ifMatch: written.ifMatch ?? false,
    bodyBytes:
      written.bodyBytes ?? (written.roles.includes('controller') ? LARGE_BODY_BYTES : SMALL_BODY_BYTES),
    seconds: written.seconds ?? DEFAULT_SECONDS,
  };
}

/** Whoever asks, logged in or not: for the rule `public` only. */
export const NO_LOGIN: readonly Role[] = [];
/** Everybody who can log in. */
export const ANYBODY: readonly Role[] = ['admin', 'manager', 'lab-author', 'user', 'candidate'];
/** Everybody but candidates. */
export const STAFF: readonly Role[] = ['admin', 'manager', 'lab-author', 'user'];
/** Those who book for others and act on their sessions. */
export const BOOKERS: readonly Role[] = ['admin', 'manager', 'user'];
/** Those who run the fleet. */
export const OPERATORS: readonly Role[] = ['admin', 'manager'];
/** Those who publish definitions. */
export const AUTHORS: readonly Role[] = ['admin', 'lab-author'];
/** The system's own services. */
export const CONTROLLERS: readonly Role[] = ['controller'];
