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
import type { Role } from '@lcm/core/api/endpoint.ts';
import { SERVICES } from '@lcm/core/api/services.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';

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

interface Said {
  roles: readonly Role[];
  username: string;
  department?: string;
  groups?: readonly string[];
}

/** Those whose credential is not taken, or who send none. */
const UNKNOWN = ['anonymous', 'expired', 'wrong audience', 'forged', 'revoked', 'ended token'] as const;

export type Known = keyof typeof PEOPLE | (typeof SERVICES)[number] | 'event-source';
export type Persona = Known | (typeof UNKNOWN)[number];
export type Personas = Readonly<
  Record<Persona, { headers: Record<string, string>; caller: Caller; isKnown: boolean }>
>;

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
  // Access tokens are looked up in a store that is there only once the system is.
  const connect = ({ store }: { store: StateStore }) => {
    const expiring = new MemoryExpiringStore(clock);
    const standingOf = async () => undefined;
    const tokens = new AccessTokenCallers({ store, expiring, clock, standingOf });
    ways.unshift(tokens.way);
  };

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
  const known: [string, Personas[Persona]][] = [];
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
  return {
    clock,
    personas,
    connect,
    /** Revokes all that somebody was given. */
    shutOut: (persona: Persona) =>
      idp.revocations.revoke({ issuer: ISSUER, subject: personas[persona].caller.subject }),
    everyService: bearer(all.secret),
    authenticate: (credentials: Parameters<AuthenticationWay>[0]) => authenticateBy(ways)(credentials),
  };
}
