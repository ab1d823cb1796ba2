import type { ClientMetadata } from 'oidc-provider';
import { hashSecret } from '../secrets/secret-hash.ts';

/** The page, which may ask the provider for tokens: its server signs people in and keeps their tokens. */
export interface PageClient {
  id: string;
  name: string;
  secret: string;
  redirectUris: readonly string[];
  postLogoutRedirectUris: readonly string[];
  /** Told when somebody signs out elsewhere. */
  backChannelLogoutUri?: string;
}

/** The client as oidc-provider wants it, its secret hashed as those of service accounts are. */
export const clientMetadata = (client: PageClient): ClientMetadata => ({
  client_id: client.id,
  client_name: client.name,
  client_secret: hashSecret(client.secret),
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  // It goes by when a person has typed the password, not by whether the browser is known.
  require_auth_time: true,
  redirect_uris: [...client.redirectUris],
  post_logout_redirect_uris: [...client.postLogoutRedirectUris],
  ...(client.backChannelLogoutUri
    ? { backchannel_logout_uri: client.backChannelLogoutUri, backchannel_logout_session_required: true }
    : {}),
});
