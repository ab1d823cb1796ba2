import type { Clock } from '@lcm/core/spi/clock.ts';
import type { AwsConnection } from './clients.ts';

/** The part of `fetch` that is needed; an in-process server can stand in for it. */
type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A request as the SDK's middleware leaves it. */
interface SdkRequest {
  method: string;
  protocol: string;
  hostname: string;
  port?: number;
  path: string;
  query?: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
}

/**
 * Lets the SDK's clients speak through a function like `fetch`, so that the whole system can run in one process.
 * @param deadline how long one request may take; for ever where absent
 */
export function fetchRequestHandler(
  fetch: Fetch,
  deadline?: { clock: Clock; timeoutMs: number },
): NonNullable<AwsConnection['requestHandler']> {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    handle: async (request: SdkRequest) => {
      const { method, headers, body } = request;
      const init: RequestInit = { method, headers };
      if (body !== undefined && method !== 'GET' && method !== 'HEAD') init.body = body;
      const late = new AbortController();
      const cancel = deadline?.clock.after(deadline.timeoutMs, () =>
        late.abort(new DOMException(`no answer within ${deadline.timeoutMs} ms`, 'TimeoutError')),
      );
      try {
        const answer = await fetch(urlOf(request), { ...init, signal: late.signal });
        return {
          response: {
            statusCode: answer.status,
            headers: Object.fromEntries(answer.headers),
            body: new Uint8Array(await answer.arrayBuffer()),
          },
        };
      } finally {
        cancel?.();
      }
    },
    destroy: () => {},
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
  };
}

function urlOf({ protocol, hostname, port, path, query }: SdkRequest): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    for (const one of Array.isArray(value) ? value : [value ?? '']) search.append(name, one);
  return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}${search.size > 0 ? `?${search}` : ''}`;
}
