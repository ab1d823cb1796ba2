import { guardedWeb } from '@lcm/adapters/http/guarded-web.ts';
import { reachableAddresses } from '@lcm/adapters/http/reachable-addresses.ts';
import type { Identity } from '@lcm/control-plane-api/auth/accounts/identity.ts';
import { publishedKeys } from '@lcm/control-plane-api/auth/bearer/published-keys.ts';
import type { KnownPeople, StandingOf } from '@lcm/control-plane-api/auth/known-people.ts';
import type { LoginParts } from '@lcm/control-plane-api/auth/login/login-parts.ts';
import type { Secrets } from '@lcm/core/spi/secrets.ts';
import type { FastifyInstance } from 'fastify';
import { type Config, ConfigProblem } from '../config.ts';
import { checkLogin } from './check-login.ts';
import { secretOf } from './configured-secrets.ts';
import { demoAccountsOn } from './demo-accounts.ts';
import { type EmbeddedIdentityParts, embeddedIdentity, type KeySet } from './embedded-identity.ts';

/** Who vouches for people: the provider that is built in, or an issuer elsewhere. */
export interface IdentitySource {
  identity: Identity;
  /** How the page's login speaks with it. */
  loginIssuer: LoginParts['issuer'];
  /** The keys to verify its tokens with. */
  jwks: () => Promise<KeySet>;
  /** What people are by now whom it vouched for once. */
  standingOf: StandingOf;
  /** What is served for it. */
  beside: readonly ((app: FastifyInstance) => Promise<void>)[];
  /** Begins, once it is known where browsers reach this installation. */
  start(publicUrl: URL): Promise<void>;
  close(): void;
}

/** What either is put together from. */
type SourceParts = Omit<EmbeddedIdentityParts, 'audience' | 'demo'> & { people: KnownPeople };

/**
 * The one that `LCM_LOGIN` names.
 * @throws ConfigProblem that names what is missing, or cannot work
 */
export async function identitySource(
  config: Config,
  secrets: Secrets,
  parts: SourceParts,
): Promise<IdentitySource> {
  return config.login === 'oidc' ? issuerElsewhere(config, secrets, parts) : builtInIssuer(config, parts);
}

function builtInIssuer(config: Config, parts: SourceParts): IdentitySource {
  const audience = config.oidcAudience;
  const { identity, pageClient, jwks, active, mount, start, close } = embeddedIdentity({
    ...parts,
    audience,
    demo: demoAccountsOn(config),
  });
  checkLogin(config, pageClient.clientId);
  const loginIssuer = { ...pageClient, issuer: identity.issuer, fetch: parts.fetch };
  const standingOf: StandingOf = async ({ issuer, subject }) =>
    (issuer === identity.issuer() && (await active(subject))) || 'gone';
  return { identity, loginIssuer, jwks, standingOf, beside: [mount], start, close };
}

async function issuerElsewhere(
  config: Config,
  secrets: Secrets,
  { clock, people }: SourceParts,
): Promise<IdentitySource> {
  const { oidcIssuer: issuer, oidcInternalUrl, oidcClientId: clientId } = config;
  if (issuer === undefined) throw missing('LCM_OIDC_ISSUER');
  if (clientId === undefined) throw missing('LCM_OIDC_CLIENT_ID');
  if (config.oidcClientSecret === undefined) throw missing('LCM_OIDC_CLIENT_SECRET');
  checkLogin(config, clientId);
  const clientSecret = await secretOf(secrets, 'LCM_OIDC_CLIENT_SECRET', config.oidcClientSecret);
  const internalUrl = oidcInternalUrl === undefined ? undefined : new URL(oidcInternalUrl);
  // Its operator names the issuer, which may stand in a private network; its answers are bounded all the same.
  const { fetch } = guardedWeb({
    reachable: reachableAddresses(['0.0.0.0/0', '::/0']),
    clock,
    maxBytes: MAX_ANSWER_BYTES,
  });
  return {
    identity: { issuer: () => issuer },
    loginIssuer: { issuer: () => issuer, internalUrl, clientId, clientSecret, fetch },
    jwks: publishedKeys({ issuer, internalUrl, fetch }),
    standingOf: async (owner) => (owner.issuer === issuer ? people.standingOf(owner) : 'gone'),
    beside: [],
    start: async () => {},
    close: () => {},
  };
}

/** Keys, metadata and tokens are far smaller. */
const MAX_ANSWER_BYTES = 1_000_000;

const missing = (name: string) => new ConfigProblem(`${name} is needed where LCM_LOGIN is oidc`);
