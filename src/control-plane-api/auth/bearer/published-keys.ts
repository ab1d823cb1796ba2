import type { Fetch } from '@lcm/core/api/client.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';

/** An issuer that publishes its keys (OpenID Connect Discovery 1.0, section 4). */
export interface PublishingIssuer {
  /** As it stands in its tokens. */
  issuer: string;
  /** Where it is for us, if that is not where it is for browsers: stands in for the issuer's origin. */
  internalUrl?: URL | undefined;
  fetch: Fetch;
}

const metadata = z.object({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https?$/ }) });
/** Keys of any kind; which of them may have signed a token is decided when one is verified. */
const keySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) });

/**
 * Asks the issuer where its keys are, and then for them.
 * @throws Refusal `unavailable` where it does not answer as an issuer does
 */
export function publishedKeys({
  issuer,
  internalUrl,
  fetch,
}: PublishingIssuer): () => Promise<JSONWebKeySet> {
  const { origin } = new URL(issuer);
  const read = async <T>(url: string, schema: z.ZodType<T>): Promise<T> => {
    const target = internalUrl && new URL(url).origin === origin ? movedTo(internalUrl, url, origin) : url;
    const answer = await fetch(target, { headers: { accept: 'application/json' }, redirect: 'error' });
    if (!answer.ok) throw new Refusal('unavailable', `${target} answered ${answer.status}`);
    const parsed = schema.safeParse(await answer.json());
    if (parsed.success) return parsed.data;
    throw new Refusal('unavailable', `${target} did not answer as an issuer of tokens does`);
  };
  return async () => {
    const said = await read(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, metadata);
    if (said.issuer !== issuer) throw new Refusal('unavailable', `${issuer} calls itself ${said.issuer}`);
    return read(said.jwks_uri, keySet);
  };
}

const movedTo = (internal: URL, url: string, origin: string): string =>
  internal.href.replace(/\/$/, '') + url.slice(origin.length);
