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

const person = z.object({ issuer: z.string(), subject: z.string(), username: z.string() });

/** Operations on one's own login. Logging in and out themselves are for browsers: `/api/auth/login`, `/api/auth/logout`. */
export const auth = {
  me: endpoint({
    method: 'GET',
    path: '/api/auth/me',
    summary: 'Who is logged in, and until when',
    roles: ANYBODY,
    rule: 'self',
    answer: person.extend({
      roles: z.array(z.string()),
      department: z.string().optional(),
      groups: z.array(z.string()).optional(),
      impersonator: person.optional(),
      /** What requests that change something repeat in `x-csrf-token`; for logins by cookie only. */
      csrfToken: z.string().optional(),
      login: loginEnds.optional(),
      now: instant,
    }),
  }),
  extend: endpoint({
    method: 'POST',
    path: '/api/auth/session/extend',
    summary: 'Say that somebody is there: the login stays until it has been idle again',
    roles: ANYBODY,
    rule: 'self',
    answer: loginEnds,
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
