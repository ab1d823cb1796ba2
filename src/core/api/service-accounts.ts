import { z } from 'zod';
import { instant } from '../domain/time.ts';
import { endpoint, type Role } from './endpoint.ts';
import { SERVICES } from './services.ts';

/** What a service account can be given: what people can do, or to send events. */
const ROLES = [
  'admin',
  'manager',
  'lab-author',
  'user',
  'candidate',
  'event-source',
] as const satisfies readonly Role[];

const text = z.string().min(1).max(200);
const name = z.string().min(1).max(40).describe('Its `client_id`; a name is never given again');

const changeable = z.object({
  roles: z
    .array(z.enum(ROLES))
    .min(1)
    .max(ROLES.length)
    .describe('What people can do, for integrators; `event-source` stands alone'),
  department: text.optional().describe('Where an integrator belongs: managers book for their department'),
  groups: z.array(text).max(100),
  note: z.string().max(500).optional().describe('What it is for, and whom to ask'),
});

const view = z.object({
  name,
  roles: z.array(z.string()),
  service: z.string().optional(),
  department: z.string().optional(),
  groups: z.array(z.string()),
  note: z.string().optional(),
  disabled: z.boolean(),
  createdAt: instant,
  secretAt: instant.describe('When its secret was made'),
});
export type ServiceAccountView = z.infer<typeof view>;

const fresh = view.extend({
  secret: z.string().describe('Its `client_secret`, shown this once'),
  tokenUrl: z.url().describe('Gives a token for both, by `grant_type=client_credentials`'),
});

const params = z.object({ id: name });

/**
 * Operations on the service accounts of the identity provider that is built in. Where another issuer has the
 * accounts, all of them answer 404 and name it.
 */
export const serviceAccounts = {
  list: endpoint({
    method: 'GET',
    path: '/api/v1/service-accounts',
    summary: 'List the service accounts that this installation keeps, by name',
    roles: ['admin'],
    rule: 'role',
    answer: z.object({ items: z.array(view) }),
    refusals: ['notFound'],
  }),
  add: endpoint({
    method: 'POST',
    path: '/api/v1/service-accounts',
    summary: 'Add an account for a machine',
    description:
      'Either `roles`, for an integrator or a sender of events, or `service`, for one of the system’s own controllers. The answer holds the secret, which is shown this once.',
    roles: ['admin'],
    rule: 'role',
    body: changeable
      .extend({
        name,
        roles: changeable.shape.roles.optional(),
        service: z.enum(SERVICES).optional().describe('The service of the system that it is'),
        groups: changeable.shape.groups.default([]),
      })
      .strict(),
    answer: fresh,
    status: 201,
    refusals: ['notFound', 'conflict', 'rule'],
  }),
  change: endpoint({
    method: 'PATCH',
    path: '/api/v1/service-accounts/:id',
    summary: 'Change what a service account may do, or disable it',
    description: 'Its tokens end at once, unless it is only the note that changes.',
    roles: ['admin'],
    rule: 'role',
    params,
    body: changeable.extend({ disabled: z.boolean() }).partial().strict(),
    answer: view,
    refusals: ['notFound', 'rule', 'busy'],
  }),
  newSecret: endpoint({
    method: 'POST',
    path: '/api/v1/service-accounts/:id/secret',
    summary: 'Give a service account another secret; the one before, and its tokens, end at once',
    roles: ['admin'],
    rule: 'role',
    params,
    answer: fresh,
    refusals: ['notFound', 'busy'],
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/api/v1/service-accounts/:id',
    summary: 'Remove a service account; its tokens end at once, its name is not given again',
    roles: ['admin'],
    rule: 'role',
    params,
    refusals: ['notFound', 'busy'],
  }),
};
