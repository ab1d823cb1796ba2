import type { Credentials } from '../caller.ts';
import { isLoopback } from './loopback.ts';

/** The two cookies of the login: of those who are logged in, and of those who are about to be. */
export interface LoginCookies {
  read(headers: Credentials['headers'], which: CookieOf): string | undefined;
  /** The value of `set-cookie`. */
  set(which: CookieOf, value: string, maxAgeSeconds: number): string;
  clear(which: CookieOf): string;
}

export type CookieOf = 'login' | 'attempt';

/**
 * The cookies for a page at that address. Over https they have the prefix `__Host-`: the browser then takes them
 * from this very host only, never from a neighbour under the same domain (RFC 6265bis, section 4.1.3.2).
 */
export function loginCookies(publicUrl: () => URL): LoginCookies {
  // Elsewhere than on this machine a cookie without https would be anybody's on the way: there is none, nor a login.
  const secure = () => !(publicUrl().protocol === 'http:' && isLoopback(publicUrl()));
  const nameOf = (which: CookieOf) => (secure() ? `__Host-${NAMES[which]}` : NAMES[which]);
  // The issuer sends the browser back here from another site: SameSite=Strict would keep the cookie from that request.
  const set = (which: CookieOf, value: string, maxAgeSeconds: number) =>
    `${nameOf(which)}=${value}; Max-Age=${Math.max(0, Math.floor(maxAgeSeconds))}; Path=/; HttpOnly; SameSite=Lax${secure() ? '; Secure' : ''}`;
  return {
    read: ({ cookie }, which) => {
      const pairs = typeof cookie === 'string' ? cookie.split(';') : [];
      const named = pairs.find((pair) => pair.trimStart().startsWith(`${nameOf(which)}=`));
      const value = named?.slice(named.indexOf('=') + 1).trim();
      // Nothing that we did not make is looked up.
      return value !== undefined && SECRET.test(value) ? value : undefined;
    },
    set,
    clear: (which) => set(which, '', 0),
  };
}

const NAMES: Readonly<Record<CookieOf, string>> = { login: 'lcm', attempt: 'lcm-login' };
/** What `Random.secret` gives. */
const SECRET = /^[\w-]{43}$/;
