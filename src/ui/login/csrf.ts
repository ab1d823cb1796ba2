import { auth } from '@lcm/core/api/auth.ts';
import type { Fetch } from '@lcm/core/api/client.ts';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Sends requests that change something with the token of this login, which only a page of this origin can read. It
 * is asked for when it is first needed, and anew when the server wants another: somebody logged in again meanwhile.
 */
export function withCsrfToken(send: Fetch): Fetch {
  let known: Promise<string | undefined> | undefined;
  const token = () => {
    known ??= askToken(send).then((text) => {
      if (text === undefined) known = undefined;
      return text;
    });
    return known;
  };
  const sendWithToken = async (url: string, init: RequestInit) => {
    const text = await token();
    if (text === undefined) return send(url, init);
    const headers = new Headers(init.headers);
    headers.set('x-csrf-token', text);
    return send(url, { ...init, headers });
  };
  return async (url, init) => {
    if (SAFE_METHODS.has(init.method ?? 'GET')) return send(url, init);
    const response = await sendWithToken(url, init);
    if (!(await wantsAnotherToken(response))) return response;
    known = undefined;
    return sendWithToken(url, init);
  };
}

async function askToken(send: Fetch): Promise<string | undefined> {
  const response = await send(auth.session.path, { method: auth.session.method });
  if (!response.ok) return undefined;
  return auth.session.answer.shape.csrfToken.parse((await response.json()).csrfToken);
}

/** Whether it is a refusal as forged; see the problem's facts. */
async function wantsAnotherToken(response: Response): Promise<boolean> {
  if (response.status !== 403) return false;
  const problem: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  return JSON.stringify(problem)?.includes('"csrf":true') ?? false;
}
