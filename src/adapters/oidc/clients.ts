import type { Role } from '@lcm/core/api/endpoint.ts';
import type { ClientMetadata } from 'oidc-provider';

/** Somebody that may ask the provider for tokens. */
export type OidcClient = PageClient | ServiceClient;

/** The page: its server signs people in and keeps their tokens. */
export interface PageClient {
  kind: 'page';
  id: string;
  name: string;
  secret: string;
  redirectUris: readonly string[];
  postLogoutRedirectUris: readonly string[];
  /** Told when somebody signs out elsewhere. */
  backChannelLogoutUri?: string;
}

/** A service: a controller, or somebody who integrates with the system. */
export interface ServiceClient {
  kind: 'service';
  id: string;
  name: string;
  secret: string;
  roles: readonly Role[];
}

/** The client as oidc-provider wants it. */
export function clientMetadata(client: OidcClient): ClientMetadata {
  const common = { client_id: client.id, client_name: client.name, client_secret: client.secret };
  if (client.kind === 'service')
    return { ...common, grant_types: ['client_credentials'], response_types: [], redirect_uris: [] };
  return {
    ...common,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: [...client.redirectUris],
    post_logout_redirect_uris: [...client.postLogoutRedirectUris],
    ...(client.backChannelLogoutUri
      ? { backchannel_logout_uri: client.backChannelLogoutUri, backchannel_logout_session_required: true }
      : {}),
  };
}

/** What the tokens of a service say of it. */
export const serviceClaims = ({ id, roles }: ServiceClient): Record<string, unknown> => ({
  username: id,
  user_id: id,
  service: id,
  roles,
  groups: [],
});
