import { z } from 'zod';
import { accessToken, LONGEST_TOKEN_DAYS } from '../domain/access-token.ts';
import { accessTokenId } from '../domain/ids.ts';
import { instant } from '../domain/time.ts';
import { endpoint, STAFF } from './endpoint.ts';
import { pageOf, paging } from './list.ts';
import { SCOPES } from './scope.ts';

const view = z.object({
  id: accessTokenId,
  name: z.string(),
  username: z.string().describe('Its owner'),
  issuer: z.string(),
  subject: z.string(),
  scopes: z.array(z.string()),
  status: z.enum(['ACTIVE', 'REVOKED', 'EXPIRED']),
  createdAt: instant,
  expiresAt: instant,
  revokedAt: instant.optional(),
  revokedBy: z.string().optional(),
  lastUsedAt: instant.optional().describe('Within five minutes; absent where it was not used in 90 days'),
  version: z.number().int().min(1),
});
export type AccessTokenView = z.infer<typeof view>;

const params = z.object({ id: accessTokenId });

/** Operations on personal access tokens. */
export const accessTokens = {
  create: endpoint({
    method: 'POST',
    path: '/api/v1/access-tokens',
    summary: 'Make an access token for programs of your own',
    description:
      'The answer holds the token itself, which is shown this once. It does what you may do, within its scopes, until it expires or is revoked. It is made after a login only: no token makes another.',
    roles: STAFF,
    rule: 'ownTokens',
    body: z
      .object({
        name: accessToken.shape.name,
        scopes: z
          .array(z.enum(SCOPES))
          .min(1)
          .max(SCOPES.length)
          .describe('What it is limited to: `<resource>:read`, or `<resource>:write`, which reads too'),
        expiresInDays: z.number().int().min(1).max(LONGEST_TOKEN_DAYS).default(90),
      })
      .strict(),
    answer: view.extend({ token: z.string().describe('Goes into `Authorization: Bearer …`') }),
    status: 201,
    refusals: ['rule', 'quota'],
  }),
  list: endpoint({
    method: 'GET',
    path: '/api/v1/access-tokens',
    summary: 'List your access tokens, or everybody’s as an admin, newest first',
    roles: STAFF,
    rule: 'ownTokens',
    query: z.object({
      ...paging,
      subject: z.string().max(200).optional().describe('Those of this owner only'),
    }),
    answer: pageOf(view),
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/v1/access-tokens/:id',
    summary: 'One access token, without the token itself',
    roles: STAFF,
    rule: 'ownTokens',
    params,
    answer: view,
    refusals: ['notFound'],
  }),
  revoke: endpoint({
    method: 'DELETE',
    path: '/api/v1/access-tokens/:id',
    summary: 'Revoke an access token; it is refused from now on',
    roles: STAFF,
    rule: 'ownTokens',
    params,
    refusals: ['notFound'],
  }),
};
