import type { FastifyInstance } from 'fastify';
import type { Exposure } from './exposure.ts';

/** What answers that are data may do in a browser that is made to show them: nothing. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/**
 * What the page may load and do: what this server has. Styles may stand in the page, since its components write
 * theirs as they are shown; scripts may not.
 */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What every answer says to a browser; the OWASP Secure Headers Project says why of each. */
const ALWAYS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** The headers of an answer that is data, for what is sent past the hooks. */
export const DATA_HEADERS: Readonly<Record<string, string>> = {
  ...ALWAYS,
  'content-security-policy': DATA_POLICY,
};

/** Two years, as browsers ask for it who ship with a list of such hosts. */
const STRICT_TRANSPORT = 'max-age=63072000; includeSubDomains';

/** Puts the headers that browsers guard their users by on every answer. A route that knows better sets its own first. */
export function guardBrowsers(app: FastifyInstance, { publicUrl }: Exposure): void {
  const always = {
    ...ALWAYS,
    ...(isPublicHttps(publicUrl) && { 'strict-transport-security': STRICT_TRANSPORT }),
  };
  app.addHook('onSend', (request, reply, _payload, done) => {
    for (const [name, value] of Object.entries(always)) if (!reply.hasHeader(name)) reply.header(name, value);
    const isPage = String(reply.getHeader('content-type') ?? '').startsWith('text/html');
    // What has not changed keeps the policy that it came with: another would stand in its place.
    if (reply.statusCode !== 304 && !reply.hasHeader('content-security-policy'))
      reply.header('content-security-policy', isPage ? PAGE_POLICY : DATA_POLICY);
    if (!reply.hasHeader('cache-control') && request.url.startsWith('/api/'))
      reply.header('cache-control', 'no-store');
    done();
  });
}

/** On a developer's own machine a browser that was told to insist on https would not come back for two years. */
function isPublicHttps(publicUrl: string | undefined): boolean {
  if (publicUrl === undefined) return false;
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === 'https:' && !/^(localhost|127\..*|\[::1\])$|\.localhost$/.test(hostname);
}
