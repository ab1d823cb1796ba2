import { isLoopback } from '@lcm/control-plane-api/auth/login/loopback.ts';
import { type Config, ConfigProblem } from '../config.ts';

/**
 * Refuses what would start and let nobody in, or the wrong ones.
 * @param clientId of the page
 * @throws ConfigProblem
 */
export function checkLogin(
  { publicUrl, oidcAudience }: Pick<Config, 'publicUrl' | 'oidcAudience'>,
  clientId: string,
): void {
  const there = publicUrl === undefined ? undefined : new URL(publicUrl);
  if (there?.protocol === 'http:' && !isLoopback(there))
    throw new ConfigProblem(
      `LCM_PUBLIC_URL=${publicUrl}: nobody could log in there, as cookies go over https alone: begin it with https://`,
    );
  // An ID token says who somebody is to the page; it is no key to the API, and goes to where keys should not.
  if (oidcAudience === clientId)
    throw new ConfigProblem(
      `LCM_OIDC_AUDIENCE=${oidcAudience}: ID tokens of the page would pass for access tokens: it must differ from the page’s client id`,
    );
}
