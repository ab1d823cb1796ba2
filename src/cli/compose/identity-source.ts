import { guardedWeb } from '@lcm/adapters/http/guarded-web.ts';
import { reachableAddresses } from '@lcm/adapters/http/reachable-addresses.ts';
import type { Identity } from '@lcm/control-plane-api/auth/accounts/identity.ts';
import { publishedKeys } from '@lcm/control-plane-api/auth/bearer/published-keys.ts';
import type { LoginParts } from '@lcm/control-plane-api/auth/login/login.ts';
import type { Clock } from '@lcm/core/spi/clock.ts';
import type { Secrets } from '@lcm/core/spi/secrets.ts';
import type { FastifyInstance } from 'fastify';
import type { JSONWebKeySet } from 'jose';
import { type Config, ConfigProblem } from '../config.ts';
import { secretOf } from './configured-secrets.ts';
import { demoAccountsOn } from './demo-accounts.ts';
import { type EmbeddedIdentityParts, embeddedIdentity } from './embedded-identity.ts';

/** Who vouches for people: the provider that is built in, or an issuer elsewhere. */
export interface IdentitySource {
  identity: Identity;
  /** How the page's login speaks with it. */
  loginIssuer: LoginParts['issuer'];
  /** The keys to verify its tokens with. */
  jwks: () => Promise<JSONWebKeySet>;
  /** What is served for it. */
  beside: readonly ((app: FastifyInstance) => Promise<void>)[];
  /** Begins, once it is known where browsers reach this installation. */
  start(publicUrl: URL): Promise<void>;
  close(): void;
}

/**
 * The one that `LCM_LOGIN` names.
 * @throws ConfigProblem that names what is missing
 */
export async function identitySource(
  config: Config,
  secrets: Secrets,
  parts: Omit<EmbeddedIdentityParts, 'audience' | 'demo'>,
): Promise<IdentitySource> {
  return config.login === 'oidc'
    ? issuerElsewhere(config, secrets, parts.clock)
    : builtInIssuer(config, parts);
}

function builtInIssuer(
  config: Config,
  parts: Omit<EmbeddedIdentityParts, 'audience' | 'demo'>,
): IdentitySource {
  const audience = config.oidcAudience;
  const { identity, pageClient, jwks, mount, start, close } = embeddedIdentity({
    ...parts,
    audience,
    demo: demoAccountsOn(config),
  });
  const loginIssuer = { ...pageClient, issuer: identity.issuer, fetch: parts.fetch };
  return { identity, loginIssuer, jwks, beside: [mount], start, close };
}

async function issuerElsewhere(config: Config, secrets: Secrets, clock: Clock): Promise<IdentitySource> {
  const { oidcIssuer: issuer, oidcInternalUrl, oidcClientId: clientId } = config;
  if (issuer === undefined) throw missing('LCM_OIDC_ISSUER');
  if (clientId === undefined) throw missing('LCM_OIDC_CLIENT_ID');
  if (config.oidcClientSecret === undefined) throw missing('LCM_OIDC_CLIENT_SECRET');
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
    beside: [],
    start: async () => {},
    close: () => {},
  };
}

/** Keys, metadata and tokens are far smaller. */
const MAX_ANSWER_BYTES = 1_000_000;

const missing = (name: string) => new ConfigProblem(`${name} is needed where LCM_LOGIN is oidc`);
