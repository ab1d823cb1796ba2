/** What a browser does with cookies and redirects, and no more: one origin's, by path. */
export class Browser {
  /** Whether it goes on by itself where it is led. */
  follows = true;
  readonly #cookies = new Map<string, { value: string; path: string }>();

  /** Follows redirects within the provider; the answer is the first that leads elsewhere, or nowhere. */
  async open(url: string | URL, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', cookie: this.#cookieHeader(new URL(url)), ...init.headers },
    });
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie);
    const location = response.headers.get('location');
    if (!location || !this.follows) return response;
    const next = new URL(location, url);
    return next.origin === new URL(url).origin ? this.open(next) : response;
  }

  /** Sends the form of a page that `open` gave. */
  async submit(page: Response, fields: Record<string, string>, headers: Record<string, string> = {}) {
    const text = await page.clone().text();
    const action = /<form[^>]* action="([^"]+)"/.exec(text)?.[1];
    if (!action) throw new Error(`there is no form in: ${text}`);
    const body = new URLSearchParams(fields);
    for (const [, name = '', value = ''] of text.matchAll(
      /<input type="hidden" name="([^"]+)" value="([^"]*)"/g,
    ))
      body.set(name, value);
    const url = new URL(action, page.url);
    return this.open(url, { method: 'POST', body, headers: { origin: url.origin, ...headers } });
  }

  /** The value of a cookie; undefined where there is none. */
  cookie(name: string): string | undefined {
    return this.#cookies.get(name)?.value;
  }

  /** Puts a cookie in place, as somebody who has the machine could. */
  plant(name: string, value: string): void {
    this.#cookies.set(name, { value, path: '/' });
  }

  #keep(text: string): void {
    const [pair = '', ...attributes] = text.split(/; */);
    const [name = '', value = ''] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
    const path = attributes.find((one) => one.toLowerCase().startsWith('path='))?.slice(5) ?? '/';
    if (value === '' || attributes.some((one) => one.includes('01 Jan 1970'))) this.#cookies.delete(name);
    else this.#cookies.set(name, { value, path });
  }

  #cookieHeader({ pathname }: URL): string {
    return [...this.#cookies]
      .filter(([, { path }]) => pathname.startsWith(path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
  }
}
