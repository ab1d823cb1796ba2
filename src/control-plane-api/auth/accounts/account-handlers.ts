import type { AccountView, accounts } from '@lcm/core/api/accounts.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { changesStanding, type LocalAccount, type LocalAccountChange } from '@lcm/core/spi/local-accounts.ts';
import { nameCaller } from '../../audit/acting.ts';
import type { Handlers } from '../../http/handler.ts';
import type { Services } from '../../services.ts';
import { embeddedOf } from './identity.ts';

/** What answers the operations on the accounts that are kept here. */
export function accountHandlers({
  identity,
  logins,
}: Pick<Services, 'identity' | 'logins'>): Handlers<typeof accounts> {
  const endLogins = ({ subject }: LocalAccount) => logins.endOfPerson(identity.issuer(), subject);
  return {
    logIn: async ({ body, caller }) => {
      const typed = { ...body, ...(caller.address ? { address: caller.address } : {}) };
      const { accessToken, expiresInSeconds } = await embeddedOf(identity).logIn(typed);
      nameCaller(body.username);
      return { access_token: accessToken, token_type: 'Bearer', expires_in: expiresInSeconds };
    },
    list: async () => ({ items: (await embeddedOf(identity).accounts.list()).map(viewOf) }),
    add: async ({ body: { password, ...account } }) =>
      viewOf(await embeddedOf(identity).accounts.add(account, password)),
    change: async ({ params, body, caller }) => {
      const change = withoutUndefined(body);
      if (Object.keys(change).length === 0) throw new Refusal('rule', 'nothing to change was given');
      const isOwn = caller.username === params.username.trim().toLowerCase();
      if (isOwn && (change.disabled || change.roles))
        throw new Refusal('rule', 'nobody takes away their own roles, or disables themselves');
      const account = await embeddedOf(identity).accounts.change(params.username, change);
      if (changesStanding(change)) await endLogins(account);
      return viewOf(account);
    },
    setPassword: async ({ params, body }) => {
      await endLogins(await embeddedOf(identity).accounts.setPassword(params.username, body.password));
      return undefined;
    },
  };
}

/** What was said: a field that was left out stays as it is. */
function withoutUndefined(
  body: { [Name in keyof LocalAccountChange]?: LocalAccountChange[Name] | undefined },
) {
  return Object.fromEntries(
    Object.entries(body).filter(([, value]) => value !== undefined),
  ) as LocalAccountChange;
}

const viewOf = ({ roles, groups, ...account }: LocalAccount): AccountView => ({
  ...account,
  roles: [...roles],
  groups: [...groups],
});
