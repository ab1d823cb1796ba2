/** Bearer tokens of those sinks that want one, by their URL; to be changed in place. */
export type SinkTokens = Map<string, string>;

/** `fetch` that shows each sink its own token, and nobody else. The token is read anew each time: it may change. */
export function withSinkTokens(
  fetch: typeof globalThis.fetch,
  tokens: ReadonlyMap<string, string>,
): typeof globalThis.fetch {
  return (target, init) => {
    const token = tokens.get(String(target));
    if (token === undefined) return fetch(target, init);
    const headers = new Headers(init?.headers);
    headers.set('authorization', `Bearer ${token}`);
    return fetch(target, { ...init, headers });
  };
}
