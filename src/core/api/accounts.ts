import { z } from 'zod';
import { endpoint, NO_LOGIN, type Role } from './endpoint.ts';

/** What a person can be; services have accounts of their own. */
const ROLES = ['admin', 'manager', 'lab-author', 'user', 'candidate'] as const satisfies readonly Role[];

const username = z.string().min(1).max(100);
const password = z.string().min(1).max(256);
const text = z.string().min(1).max(200);

const changeable = z.object({
  roles: z.array(z.enum(ROLES)).min(1).max(ROLES.length),
  department: text.optional(),
  groups: z.array(text).max(100),
  email: z.email().max(200).optional(),
  givenName: text.optional(),
  familyName: text.optional(),
});

const view = changeable.extend({
  roles: z.array(z.string()),
  subject: z.string(),
  username: z.string(),
  disabled: z.boolean(),
  demo: z.boolean().describe('Comes with the product, with a password that everybody knows'),
});
export type AccountView = z.infer<typeof view>;

const params = z.object({ username });

/**
 * Operations on the accounts that this installation keeps itself. Where another issuer has the accounts, all of
 * them answer 404 and name it.
 */
export const accounts = {
  logIn: endpoint({
    method: 'POST',
    path: '/api/auth/login',
    summary: 'A bearer token of a day for name and password',
    description:
      'For programs that cannot open a browser. Wrong passwords slow down what follows: per account and per address, longer each time.',
    roles: NO_LOGIN,
    rule: 'public',
    body: z.object({ username, password }).strict(),
    answer: z.object({
      access_token: z.string().describe('Goes into `Authorization: Bearer …`'),
      token_type: z.literal('Bearer'),
      expires_in: z.number().int().describe('Seconds'),
    }),
    refusals: ['unauthenticated', 'notFound', 'tooManyRequests', 'busy'],
    bodyBytes: 4_000,
  }),
  list: endpoint({
    method: 'GET',
    path: '/api/v1/accounts',
    summary: 'List the accounts that this installation keeps, by name',
    roles: ['admin'],
    rule: 'role',
    answer: z.object({ items: z.array(view) }),
    refusals: ['notFound'],
  }),
  add: endpoint({
    method: 'POST',
    path: '/api/v1/accounts',
    summary: 'Add an account',
    roles: ['admin'],
    rule: 'role',
    body: changeable.extend({ username, password, groups: changeable.shape.groups.default([]) }).strict(),
    answer: view,
    status: 201,
    refusals: ['notFound', 'conflict', 'rule', 'busy'],
  }),
  change: endpoint({
    method: 'PATCH',
    path: '/api/v1/accounts/:username',
    summary: 'Change what is said of an account, or disable it',
    description:
      'With other roles, another department or other groups, or disabled, all that it has signed in to ends at once.',
    roles: ['admin'],
    rule: 'role',
    params,
    body: changeable.extend({ disabled: z.boolean() }).partial().strict(),
    answer: view,
    refusals: ['notFound', 'conflict', 'rule', 'busy'],
  }),
  setPassword: endpoint({
    method: 'PUT',
    path: '/api/v1/accounts/:username/password',
    summary: 'Give an account another password; all that it has signed in to ends',
    roles: ['admin'],
    rule: 'role',
    params,
    body: z.object({ password }).strict(),
    refusals: ['notFound', 'conflict', 'rule', 'busy'],
  }),
};
