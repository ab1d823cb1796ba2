import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { getCACertificates } from 'node:tls';
import type { Fetch } from '@lcm/core/api/client.ts';

export interface TlsOptions {
  /** Certificates in PEM of authorities to trust beside the system's. */
  ca?: string | undefined;
  /** False accepts any certificate: for CML servers with the self-signed one that they come with. */
  verify?: boolean | undefined;
}

/**
 * A `fetch` that trusts other authorities than the platform's one does, or none at all. It knows what is
 * needed here: a method, headers, a text or bytes to send, and a signal.
 */
export function tlsFetch({ ca, verify = true }: TlsOptions): Fetch & { close(): void } {
  const http = new HttpAgent({ keepAlive: true });
  const https = new HttpsAgent({
    keepAlive: true,
    rejectUnauthorized: verify,
    ...(ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] }),
  });
  const fetch = (url: string, init: RequestInit): Promise<Response> =>
    new Promise((resolve, reject) => {
      const secure = url.startsWith('https:');
      const request = (secure ? requestHttps : requestHttp)(
        url,
        {
          method: init.method ?? 'GET',
          headers: Object.fromEntries(new Headers(init.headers)),
          agent: secure ? https : http,
          ...(init.signal ? { signal: init.signal } : {}),
        },
        (answer) => {
          collect(answer).then(resolve, reject);
        },
      );
      request.on('error', (error) => reject(init.signal?.aborted ? init.signal.reason : error));
      request.end(bodyOf(init.body));
    });
  return Object.assign(fetch, {
    close: () => {
      http.destroy();
      https.destroy();
    },
  });
}

function bodyOf(body: RequestInit['body']): string | Uint8Array | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  throw new TypeError('only text and bytes can be sent');
}

async function collect(answer: IncomingMessage): Promise<Response> {
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part);
  const status = answer.statusCode ?? 0;
  if (status >= 300 && status < 400) throw new Error(`it answered with a redirect (${status})`);
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers))
    for (const one of Array.isArray(value) ? value : [value ?? '']) headers.append(name, one);
  const empty = status === 204 || status === 205;
  return new Response(empty ? null : Buffer.concat(parts), { status, headers });
}
