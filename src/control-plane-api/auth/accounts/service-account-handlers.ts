import type { ServiceAccountView, serviceAccounts } from '@lcm/core/api/service-accounts.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { FreshSecret, ServiceAccount, ServiceAccountChange } from '@lcm/core/spi/service-accounts.ts';
import { nameResource } from '../../audit/acting.ts';
import type { Handlers } from '../../http/handler.ts';
import type { Services } from '../../services.ts';
import { embeddedOf } from './identity.ts';

/** What answers the operations on the service accounts that are kept here. */
export function serviceAccountHandlers({
  identity,
}: Pick<Services, 'identity'>): Handlers<typeof serviceAccounts> {
  const accounts = () => embeddedOf(identity).serviceAccounts;
  const told = ({ account, secret }: FreshSecret) => ({
    ...viewOf(account),
    secret,
    tokenUrl: `${identity.issuer()}/token`,
  });
  return {
    list: async () => ({ items: (await accounts().list()).map(viewOf) }),
    add: async ({ body: { roles = [], ...said } }) => {
      const added = await accounts().add({ ...said, roles });
      nameResource('service-account', said.name);
      return told(added);
    },
    change: async ({ params, body }) => {
      const change = withoutUndefined(body);
      if (Object.keys(change).length === 0) throw new Refusal('rule', 'nothing to change was given');
      return viewOf(await accounts().change(params.id, change));
    },
    newSecret: async ({ params }) => told(await accounts().newSecret(params.id)),
    remove: async ({ params }) => {
      await accounts().remove(params.id);
      return undefined;
    },
  };
}

/** What was said: a field that was left out stays as it is. */
const withoutUndefined = (
  body: {
    [Name in keyof ServiceAccountChange]?: ServiceAccountChange[Name] | undefined;
  },
): ServiceAccountChange =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));

const viewOf = ({ roles, groups, ...account }: ServiceAccount): ServiceAccountView => ({
  ...account,
  roles: [...roles],
  groups: [...groups],
});
