import { z } from 'zod';
import type { Decider } from './decider.ts';
import { accessTokenId } from './ids.ts';
import { Refusal } from './refusal.ts';
import { instant, iso, ms } from './time.ts';

/** Days that a personal access token lives at most. */
export const LONGEST_TOKEN_DAYS = 365;
const DAY_MS = 86_400_000;

/** A token by which programs of a person call in that person's name. Its secret is known to its owner only. */
export const accessToken = z.object({
  id: accessTokenId,
  name: z.string().min(1).max(100),
  issuer: z.string().max(500),
  subject: z.string().min(1).max(200),
  ownerKey: z.string(),
  username: z.string(),
  /** Those of the owner when it was made: it never has more. */
  roles: z.array(z.string()),
  department: z.string().optional(),
  groups: z.array(z.string()).optional(),
  /** What it is limited to, within its owner's roles. */
  scopes: z.array(z.string()).min(1),
  /** SHA-256 of its secret, in base64url. */
  secretHash: z.string(),
  status: z.enum(['ACTIVE', 'REVOKED']),
  createdAt: instant,
  expiresAt: instant,
  revokedAt: instant.optional(),
  revokedBy: z.string().optional(),
});
export type AccessToken = z.infer<typeof accessToken>;

/** What is said of a new one. */
export type NewAccessToken = Omit<AccessToken, 'status' | 'createdAt' | 'revokedAt' | 'revokedBy'>;

export type AccessTokenCommand = { by: string } & (
  | { type: 'create'; token: NewAccessToken }
  | { type: 'revoke' }
);
export type AccessTokenEvent = { at: string; by: string } & (
  | { type: 'access-token.created'; token: NewAccessToken }
  | { type: 'access-token.revoked' }
);

export const accessTokenDecider: Decider<AccessToken, AccessTokenCommand, AccessTokenEvent> = {
  decide: (state, command, now) => {
    const happened = { at: iso(now), by: command.by };
    if (command.type === 'create') {
      if (state) throw new Refusal('conflict', `access token ${state.id} exists already`);
      const life = ms(command.token.expiresAt) - now;
      if (life <= 0 || life > LONGEST_TOKEN_DAYS * DAY_MS)
        throw new Refusal('rule', `an access token lives ${LONGEST_TOKEN_DAYS} days at most`, {
          fields: [{ pointer: '/expiresInDays', message: `must be from 1 to ${LONGEST_TOKEN_DAYS}` }],
        });
      return [{ type: 'access-token.created', token: command.token, ...happened }];
    }
    if (!state) throw new Refusal('notFound', 'there is no such access token');
    return state.status === 'REVOKED' ? [] : [{ type: 'access-token.revoked', ...happened }];
  },
  evolve: (state, event) => {
    if (event.type === 'access-token.created')
      return { ...event.token, status: 'ACTIVE', createdAt: event.at };
    if (!state) throw new Error(`${event.type} happened to an access token that was never made`);
    return { ...state, status: 'REVOKED', revokedAt: event.at, revokedBy: event.by };
  },
};
