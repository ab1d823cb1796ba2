/** Longest path that is remembered while somebody logs in. */
const MAX_LENGTH = 2_000;

/**
 * Where the page goes on after a login: a path of this very server, `/` for anything else. What a browser might
 * read as another host (`//host`, `/\host`, a tab in between) is no path, nor is the API.
 */
export function returnPath(asked: unknown): string {
  if (typeof asked !== 'string' || asked.length > MAX_LENGTH || !/^\/(?![/\\])[\x21-\x7e]*$/.test(asked))
    return '/';
  if (asked.includes('\\') || !URL.canParse(asked, HERE)) return '/';
  const { origin, pathname, search, hash } = new URL(asked, HERE);
  if (origin !== HERE || /^\/(api|oidc)(\/|$)/i.test(pathname) || pathname.startsWith('//')) return '/';
  return pathname + search + hash;
}

const HERE = 'http://here.invalid';
