import { MemoryExpiringStore } from '@lcm/adapters/memory/memory-expiring-store.ts';
import { AccessTokenCallers } from '@lcm/control-plane-api/auth/bearer/access-token-callers.ts';
import {
  AUDIENCE,
  ISSUER,
  issuerAndDoor,
  signingKey,
} from '@lcm/control-plane-api/auth/bearer/issuer.fixture.ts';
import { serviceSecrets } from '@lcm/control-plane-api/auth/bearer/service-secrets.ts';
import { type AuthenticationWay, authenticateBy, type Caller } from '@lcm/control-plane-api/auth/caller.ts';
import type { StandingOf } from '@lcm/control-plane-api/auth/known-people.ts';
import type { Role } from '@lcm/core/api/endpoint.ts';
import { SCOPES, type Scope } from '@lcm/core/api/scope.ts';
import { SERVICES } from '@lcm/core/api/services.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';
import type { FastifyInstance } from 'fastify';
import { openLogins } from './logins.ts';

/** Those who are known, with all that their tokens say of them. */
const PEOPLE = {
  candidate: { roles: ['candidate'], username: 'cy', department: 'ccie' },
  user: { roles: ['user'], username: 'ann', department: 'ccna' },
  'lab-author': { roles: ['lab-author'], username: 'lou' },
  manager: { roles: ['manager'], username: 'max', department: 'ccie' },
  'manager of the west': { roles: ['manager'], username: 'wes', department: 'ccie', groups: ['westerners'] },
  admin: { roles: ['admin'], username: 'root' },
  'nobody in particular': { roles: [], username: 'noah' },
} as const satisfies Readonly<Record<string, Said>>;

export interface Said {
  roles: readonly Role[];
  username: string;
  department?: string;
  groups?: readonly string[];
}

/** Those whose credential is not taken, or who send none. */
const UNKNOWN = ['anonymous', 'expired', 'wrong audience', 'forged', 'revoked', 'ended token'] as const;
/** Those whose login or access token is not good any more. */
const PAST = ['ended login', 'idle login', 'revoked access token', 'access token of one who left'] as const;

export type Known = keyof typeof PEOPLE | (typeof SERVICES)[number] | 'event-source';
type Person = Exclude<keyof typeof PEOPLE, 'nobody in particular'>;
const PERSONS = Object.keys(PEOPLE).filter((name): name is Person => name !== 'nobody in particular');

/** People once more, by the cookie of a login. */
type ByCookie = `${Person} by cookie`;
/** And by an access token: for all that they may, or for one scope. One has lost a role since it was made. */
type ByToken = `${Exclude<Person, 'candidate'>} by token` | `admin by ${Scope}` | 'user who was admin';
export type Persona = Known | (typeof UNKNOWN)[number] | (typeof PAST)[number] | ByCookie | ByToken;

/** How one of them comes to the door. */
interface Visitor {
  headers: Record<string, string>;
  caller: Caller;
  isKnown: boolean;
  /** Who it is, whatever it is proved by. */
  as?: Person;
  /** What its access token is limited to. */
  scopes?: readonly string[];
}
export type Personas = Readonly<Record<Persona, Visitor>>;

/** Everybody who can come to the door, and the door as it stands in front of a real system. */
export async function openDoorOfPersonas() {
  const idp = await issuerAndDoor();
  const { clock } = idp;
  const accounts = [
    ...SERVICES.map((name) => ({
      name,
      roles: ['controller' as const],
      services: [name],
      secret: `lcm_svc_${name}`,
    })),
    { name: 'lds', roles: ['event-source' as const], secret: 'lcm_svc_lds' },
  ];
  const all = { name: 'all', roles: ['controller' as const], services: SERVICES, secret: 'lcm_svc_all' };
  const ways: AuthenticationWay[] = [serviceSecrets([...accounts, all]), idp.way];
  const logins = await openLogins(ISSUER);

  const seconds = () => Math.floor(clock.now() / 1_000);
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const tokenOf = ({ username, ...said }: Said, more: object = {}) =>
    idp.token({
      claims: {
        ...said,
        username,
        sub: `id-of-${username}`,
        sid: `login-of-${username}`,
        jti: username,
        exp: seconds() + 80_000,
        ...more,
      },
      ...('department' in said ? {} : { without: ['department'] }),
    });
  const callerOf = ({ username, ...said }: Said): Caller => ({
    issuer: ISSUER,
    subject: `id-of-${username}`,
    username,
    ...said,
  });
  const admin = PEOPLE.admin;
  const known: [string, Visitor][] = [];
  for (const [name, said] of Object.entries(PEOPLE))
    known.push([name, { headers: bearer(await tokenOf(said)), caller: callerOf(said), isKnown: true }]);
  for (const { name, roles } of accounts) {
    const caller: Caller = { issuer: 'local', subject: name, username: name, roles };
    const headers = bearer(`lcm_svc_${name}`);
    known.push([name === 'lds' ? 'event-source' : name, { headers, caller, isKnown: true }]);
  }
  const revoked = await tokenOf({ ...admin, username: 'rex' });
  await idp.revocations.revoke({ issuer: ISSUER, jti: 'rex' });
  const forger = await signingKey('k1');
  const unknown: Record<(typeof UNKNOWN)[number], Record<string, string>> = {
    anonymous: {},
    expired: bearer(await tokenOf(admin, { iat: seconds() - 600, exp: seconds() - 300 })),
    'wrong audience': bearer(await tokenOf(admin, { aud: `not ${AUDIENCE}` })),
    forged: bearer(
      await idp.token({ claims: { ...admin, sub: 'id-of-root', exp: seconds() + 80_000 } }, forger),
    ),
    revoked: bearer(revoked),
    'ended token': bearer('lcm_svc_of-another-run'),
  };
  const nobody = callerOf({ roles: [], username: 'nobody' });
  const personas = Object.fromEntries([
    ...known,
    ...Object.entries(unknown).map(([name, headers]) => [name, { headers, caller: nobody, isKnown: false }]),
  ]) as Personas;
  const everybody: Record<string, Visitor> = personas;

  /** Access tokens and logins need a system to be made by. */
  async function connect({ store, app }: { store: StateStore; app: FastifyInstance }): Promise<void> {
    const expiring = new MemoryExpiringStore(clock);
    const tokens = new AccessTokenCallers({ store, expiring, clock, standingOf });
    ways.unshift(tokens.way);
    const past = (headers: Record<string, string>): Visitor => ({ headers, caller: nobody, isKnown: false });

    const idle = await logins.logIn(app, claimsOf({ ...admin, username: 'ida' }));
    await clock.advance(IDLE_SECONDS * 1_000);
    everybody['idle login'] = past(idle);
    const ended = await logins.logIn(app, claimsOf({ ...admin, username: 'eda' }));
    await app.inject({ method: 'POST', url: '/api/auth/logout', headers: ended });
    everybody['ended login'] = past(ended);
    for (const name of PERSONS) await comeBack(app, name);

    const made = async (said: Said, scopes: readonly string[]) => {
      const answer = await app.inject({
        method: 'POST',
        url: '/api/v1/access-tokens',
        headers: { ...bearer(await tokenOf(said)), 'content-type': 'application/json' },
        payload: JSON.stringify({ name: 'a program', scopes }),
      });
      return answer.json<{ id: string; token: string }>();
    };
    const byToken = async (as: Person, scopes: readonly string[], said: Said = PEOPLE[as]) => ({
      ...personas[as],
      headers: bearer((await made(said, scopes)).token),
      as,
      scopes,
    });
    for (const name of PERSONS)
      if (name !== 'candidate') everybody[`${name} by token`] = await byToken(name, ['all:write']);
    for (const scope of SCOPES) everybody[`admin by ${scope}`] = await byToken('admin', [scope]);
    everybody['user who was admin'] = await byToken('user', ['all:write'], {
      ...PEOPLE.user,
      roles: ['user', 'admin'],
    });
    everybody['access token of one who left'] = past(
      bearer((await made({ ...admin, username: 'gus' }, ['all:write'])).token),
    );
    const { id, token } = await made({ ...admin, username: 'rex-by-token' }, ['all:write']);
    await app.inject({
      method: 'DELETE',
      url: `/api/v1/access-tokens/${id}`,
      headers: personas.admin.headers,
    });
    everybody['revoked access token'] = past(bearer(token));
  }

  /** Logs somebody in by a cookie, once more where they have logged out. */
  async function comeBack(app: FastifyInstance, name: Person): Promise<void> {
    const headers = await logins.logIn(app, claimsOf(PEOPLE[name]));
    everybody[`${name} by cookie`] = { ...personas[name], headers, as: name };
  }

  return {
    clock,
    personas,
    connect,
    comeBack,
    login: logins.parts,
    stop: logins.stop,
    /** Revokes all that somebody was given. */
    shutOut: (persona: Persona) =>
      idp.revocations.revoke({ issuer: ISSUER, subject: personas[persona].caller.subject }),
    everyService: bearer(all.secret),
    authenticate: (credentials: Parameters<AuthenticationWay>[0]) => authenticateBy(ways)(credentials),
  };
}

/** After so long without a sign of its person a login is over here: none is, while everything is tried. */
export const IDLE_SECONDS = 30_000;

/** What the owners of access tokens are by now. */
const standingOf: StandingOf = async ({ subject }) => {
  if (subject === 'id-of-gus') return 'gone';
  return subject === 'id-of-ann' ? { roles: ['user'], department: PEOPLE.user.department } : undefined;
};

const claimsOf = ({ username, ...said }: Said) => ({ sub: `id-of-${username}`, username, ...said });
