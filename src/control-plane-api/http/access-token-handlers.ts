import type { AccessTokenView, accessTokens } from '@lcm/core/api/access-tokens.ts';
import type { AccessToken } from '@lcm/core/domain/access-token.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { iso, ms } from '@lcm/core/domain/time.ts';
import type { Stored } from '@lcm/core/spi/state-store.ts';
import { lastUseOf } from '../auth/bearer/access-token-uses.ts';
import { actorOf, type Caller, ownKey } from '../auth/caller.ts';
import { makeAccessToken } from '../commands/access-tokens.ts';
import { loadExisting } from '../queries/load.ts';
import type { Services } from '../services.ts';
import { type Handlers, termsOf } from './handler.ts';
import { turned } from './lists.ts';

/** What answers the operations on personal access tokens. */
export function accessTokenHandlers(services: Services): Handlers<typeof accessTokens> {
  const seen = async (id: string, caller: Caller): Promise<Stored<AccessToken>> => {
    const stored = await loadExisting(services.store, 'access-token', id);
    const { ownerKey = stored.state.ownerKey } = boundsOf(caller);
    if (stored.state.ownerKey === ownerKey) return stored;
    throw new Refusal('notFound', `there is no access token ${id}`);
  };
  return {
    create: async (call) => {
      const { stored, text } = await makeAccessToken(services, call.caller, call.body, termsOf(call));
      return { ...(await viewOf(services, stored)), token: text };
    },
    list: async ({ query, caller }) => {
      const { subject, limit, cursor } = query;
      const where = { ...(subject === undefined ? {} : { subject }), ...boundsOf(caller) };
      const page = await services.store.list<AccessToken>('access-token', {
        where,
        sort: { field: 'createdAt', direction: 'desc' },
        limit,
        cursor,
      });
      return turned(page, await Promise.all(page.items.map((one) => viewOf(services, one))));
    },
    get: async ({ params, caller }) => viewOf(services, await seen(params.id, caller)),
    revoke: async (call) => {
      await seen(call.params.id, call.caller);
      const command = { type: 'revoke' as const, by: actorOf(call.caller) };
      await services.commands.execute('access-token', call.params.id, command, termsOf(call));
      return undefined;
    },
  };
}

/** Whose tokens the caller sees and revokes: admins everybody's, others their own. */
const boundsOf = (caller: Caller): { ownerKey?: string } =>
  caller.roles.includes('admin') ? {} : { ownerKey: ownKey(caller) };

async function viewOf({ clock, expiring }: Services, stored: Stored<AccessToken>): Promise<AccessTokenView> {
  const { roles: _, department: __, groups: ___, ownerKey: ____, secretHash: _____, ...shown } = stored.state;
  const usedAt = await lastUseOf(expiring, shown.id);
  const isOver = shown.status === 'ACTIVE' && ms(shown.expiresAt) <= clock.now();
  return {
    ...shown,
    status: isOver ? 'EXPIRED' : shown.status,
    ...(usedAt === undefined ? {} : { lastUsedAt: iso(usedAt) }),
    version: stored.version,
  };
}
