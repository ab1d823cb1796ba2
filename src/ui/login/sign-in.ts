/** Why the server sent the browser back without a login. */
const ERRORS = ['issuer_unavailable', 'login_expired', 'login_refused'] as const;
export type SignInError = (typeof ERRORS)[number];

/** Where to sign in so that one comes back to the place in the address; the server checks that it is one of its own. */
export function signInUrl({
  pathname,
  search,
  hash,
}: Pick<Location, 'pathname' | 'search' | 'hash'>): string {
  const asked = new URLSearchParams(search);
  const failed = asked.has('auth_error');
  const back = failed ? (asked.get('return') ?? '/') : pathname + search + hash;
  return `/api/auth/login?return=${encodeURIComponent(back)}`;
}

/** What went wrong at the last try, as the address says. */
export function signInError({ search }: Pick<Location, 'search'>): SignInError | undefined {
  const said = new URLSearchParams(search).get('auth_error');
  return ERRORS.find((error) => error === said);
}
