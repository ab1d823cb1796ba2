import type { auth, LoginView, SessionOfLogin } from '@lcm/core/api/auth.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { iso } from '@lcm/core/domain/time.ts';
import type { Handlers } from '../../http/handler.ts';
import type { Services } from '../../services.ts';
import type { Caller } from '../caller.ts';
import { KeptFresh } from './keep-fresh.ts';
import { endsOf, type LoginLimits, type Person } from './login-record.ts';
import type { FoundLogin } from './login-sessions.ts';
import { ProvenAnew } from './proven-anew.ts';

/** What answers the operations on logins. */
export function loginHandlers({
  logins: sessions,
  loginIssuer: issuer,
  clock,
  settings,
  expiring,
  endToken,
}: Pick<Services, 'logins' | 'loginIssuer' | 'clock' | 'settings' | 'expiring' | 'endToken'>): Handlers<
  typeof auth
> {
  const fresh = issuer && new KeptFresh(issuer, sessions, clock);
  const limits = async () => (await settings.get()).login;
  const provenAnew = new ProvenAnew({ store: expiring, clock, limits });
  const own = async ({ credential }: Caller) =>
    credential?.type === 'login' ? await sessions.get(credential.id) : undefined;
  const ends = async ({ record }: FoundLogin) => {
    const inForce = await limits();
    const { idleEndsAt, absoluteEndsAt } = endsOf(record, inForce);
    return {
      startedAt: iso(record.startedAt),
      idleEndsAt: iso(idleEndsAt),
      absoluteEndsAt: iso(absoluteEndsAt),
      warningSeconds: inForce.warningSeconds,
    };
  };
  const sessionOf = async (person: Person, login: FoundLogin | undefined): Promise<SessionOfLogin> => ({
    ...personView(person),
    ...(login ? { csrfToken: login.record.csrf, login: await ends(login) } : {}),
    now: iso(clock.now()),
  });
  return {
    session: async ({ caller }) => sessionOf(caller, await own(caller)),
    user: async ({ caller }) => personView(caller),
    checkAdmin: async ({ caller }) => personView(caller),
    refresh: async ({ caller }) => {
      const login = await own(caller);
      if (!login || !fresh) throw new Refusal('notFound', 'only a login by cookie can be refreshed');
      const renewed = await fresh.renewed(login);
      return sessionOf(renewed.record.person, renewed);
    },
    extendSession: async ({ caller }) => {
      const login = await own(caller);
      const seen =
        login && (await sessions.change(login.id, (record) => ({ ...record, seenAt: clock.now() })));
      if (!seen) throw new Refusal('notFound', 'only a login by cookie can be extended');
      return ends(seen);
    },
    endToken: async ({ caller: { issuer, credential } }) => {
      if (credential?.type !== 'bearer' || !endToken)
        throw new Refusal('notFound', 'this was sent with no bearer token that can be ended here');
      await endToken({ issuer, jti: credential.id });
      return undefined;
    },
    logins: async ({ query, caller }) => {
      if (query.of === 'everybody' && !caller.roles.includes('admin'))
        throw new Refusal('forbidden', 'the logins of others are for admins to see');
      const found = await sessions.list(query.of === 'me' ? caller : undefined);
      const inForce = await limits();
      return { items: found.map((one) => viewOf(one, inForce, caller)) };
    },
    endLogin: async ({ params, caller }) => {
      const found = await sessions.get(params.id);
      const may = found && (isOwn(caller, found) || caller.roles.includes('admin'));
      if (!may || !(await sessions.end(params.id)))
        throw new Refusal('notFound', `there is no login ${params.id}`);
      await provenAnew.noteLogout(found.record);
      return undefined;
    },
  };
}

const who = ({ issuer, subject, username }: Pick<Caller, 'issuer' | 'subject' | 'username'>) => ({
  issuer,
  subject,
  username,
});

const personView = (person: Person) => ({
  ...who(person),
  roles: [...person.roles],
  ...(person.department ? { department: person.department } : {}),
  ...(person.groups ? { groups: [...person.groups] } : {}),
  ...(person.impersonator ? { impersonator: who(person.impersonator) } : {}),
});

const isOwn = ({ issuer, subject }: Caller, { record: { person } }: FoundLogin) =>
  person.issuer === issuer && person.subject === subject;

function viewOf({ id, record }: FoundLogin, limits: LoginLimits, caller: Caller): LoginView {
  const { idleEndsAt, absoluteEndsAt } = endsOf(record, limits);
  return {
    id,
    ...who(record.person),
    startedAt: iso(record.startedAt),
    seenAt: iso(record.seenAt),
    idleEndsAt: iso(idleEndsAt),
    absoluteEndsAt: iso(absoluteEndsAt),
    ...(record.address ? { address: record.address } : {}),
    ...(record.userAgent ? { userAgent: record.userAgent } : {}),
    current: caller.credential?.type === 'login' && caller.credential.id === id,
  };
}
