import { z } from 'zod';
import { instant } from '../domain/time.ts';
import { ANYBODY, endpoint } from './endpoint.ts';

/** One login of the page, as people see it. */
const loginView = z.object({
  /** By which it can be ended; it opens nothing. */
  id: z.string(),
  issuer: z.string(),
  subject: z.string(),
  username: z.string(),
  startedAt: instant,
  seenAt: instant,
  idleEndsAt: instant,
  absoluteEndsAt: instant,
  address: z.string().optional(),
  userAgent: z.string().optional(),
  /** Whether it is the one that asks. */
  current: z.boolean(),
});
export type LoginView = z.infer<typeof loginView>;

/** When a login ends, for the page to warn. */
const loginEnds = z.object({
  startedAt: instant,
  /** Unless its person gives a sign before. */
  idleEndsAt: instant,
  /** Whatever happens. */
  absoluteEndsAt: instant,
  /** Seconds before either of them at which the page begins to warn. */
  warningSeconds: z.number().int(),
});

const account = z.object({ issuer: z.string(), subject: z.string(), username: z.string() });

/** Who asks, as the issuer told it. */
const person = account.extend({
  roles: z.array(z.string()),
  department: z.string().optional(),
  groups: z.array(z.string()).optional(),
  impersonator: account.optional(),
});

/** Who asks, and what their login is. */
const session = person.extend({
  /** What requests that change something repeat in `x-csrf-token`; for logins by cookie only. */
  csrfToken: z.string().optional(),
  login: loginEnds.optional(),
  now: instant,
});
export type SessionOfLogin = z.infer<typeof session>;

/**
 * Operations on one's own login. Logging in and out themselves are for browsers, and stand beside the contract:
 * `/api/auth/login`, `/api/auth/logout`.
 */
export const auth = {
  session: endpoint({
    method: 'GET',
    path: '/api/auth/session',
    summary: 'Who is logged in, and until when',
    roles: ANYBODY,
    rule: 'self',
    answer: session,
  }),
  user: endpoint({
    method: 'GET',
    path: '/api/auth/user',
    summary: 'Who the caller is taken for',
    description: 'Whatever they proved it by: any token is good for this, whatever its scopes.',
    roles: ANYBODY,
    rule: 'self',
    answer: person,
  }),
  checkAdmin: endpoint({
    method: 'GET',
    path: '/api/auth/check-admin',
    summary: 'Whether the caller is an admin: 200, 401 or 403',
    description: 'For a proxy that asks before it lets somebody through, such as nginx by `auth_request`.',
    roles: ['admin'],
    rule: 'self',
    answer: person,
  }),
  refresh: endpoint({
    method: 'POST',
    path: '/api/auth/refresh',
    summary: 'Ask the issuer now who the person is: roles that it gave or took are felt at once',
    description:
      'Happens by itself ahead of the end of what the issuer said. Tokens stay on the server: the answer is the login as it is then.',
    roles: ANYBODY,
    rule: 'self',
    answer: session,
    refusals: ['notFound', 'conflict'],
  }),
  extendSession: endpoint({
    method: 'POST',
    path: '/api/auth/extend-session',
    summary: 'Say that somebody is there: the login stays until it has been idle again',
    roles: ANYBODY,
    rule: 'self',
    answer: loginEnds,
    refusals: ['notFound'],
  }),
  endToken: endpoint({
    method: 'DELETE',
    path: '/api/auth/token',
    summary: 'End the bearer token that this is sent with, before its time',
    description: 'For programs that log out. Access tokens are revoked under `/api/v1/access-tokens`.',
    roles: ANYBODY,
    rule: 'self',
    refusals: ['notFound'],
  }),
  logins: endpoint({
    method: 'GET',
    path: '/api/auth/sessions',
    summary: 'Logins of the page: one’s own, or for admins everybody’s',
    roles: ANYBODY,
    rule: 'self',
    query: z.object({
      of: z.enum(['me', 'everybody']).default('me').describe('`everybody` is for admins'),
    }),
    answer: z.object({ items: z.array(loginView) }),
  }),
  endLogin: endpoint({
    method: 'DELETE',
    path: '/api/auth/sessions/:id',
    summary: 'End a login: one’s own, or as an admin anybody’s',
    roles: ANYBODY,
    rule: 'self',
    params: z.object({ id: z.string().regex(/^[0-9a-f]{64}$/) }),
    refusals: ['notFound'],
  }),
};
