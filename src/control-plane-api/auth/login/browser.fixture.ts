import type { FastifyInstance } from 'fastify';

/** A browser as far as logging in goes: keeps cookies, sends what browsers send, follows nothing by itself. */
export class TestBrowser {
  readonly cookies = new Map<string, string>();
  /** The last `set-cookie` of each name, attributes and all. */
  readonly setCookies = new Map<string, string>();
  csrf: string | undefined;
  readonly #app: FastifyInstance;
  readonly #origin: URL;

  constructor(app: FastifyInstance, origin: string) {
    this.#app = app;
    this.#origin = new URL(origin);
  }

  /** As a page of ours asks, unless the headers say otherwise. */
  async ask(method: 'GET' | 'POST' | 'DELETE' | 'PATCH', url: string, headers: Record<string, string> = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await this.#app.inject({
      method,
      url: url.replace(this.#origin.origin, ''),
      headers: {
        host: this.#origin.host,
        ...(cookie ? { cookie } : {}),
        'sec-fetch-site': 'same-origin',
        ...(this.csrf && method !== 'GET' ? { 'x-csrf-token': this.csrf, origin: this.#origin.origin } : {}),
        ...headers,
      },
    });
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) this.#keep(line);
    return answer;
  }

  /** Goes all the way to the issuer and back; where the way back leads. */
  async logIn(issuer: { logIn(login: string): Promise<string> }, returnTo = '/sessions'): Promise<string> {
    const there = await this.ask('GET', `/api/auth/login?return=${encodeURIComponent(returnTo)}`);
    const back = await this.ask('GET', await issuer.logIn(String(there.headers.location)));
    const me = await this.ask('GET', '/api/auth/session');
    this.csrf = me.json().csrfToken;
    return String(back.headers.location);
  }

  #keep(line: string): void {
    const [pair = ''] = line.split(';');
    const [name = '', value = ''] = pair.split(/=(.*)/);
    this.setCookies.set(name, line);
    if (/Max-Age=0(;|$)/.test(line)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}
