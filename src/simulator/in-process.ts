import type { FastifyInstance, InjectOptions } from 'fastify';
import type { SimulatedCloud } from './cloud.ts';

/**
 * A `fetch` that reaches the simulated cloud without a socket, for systems that run on virtual time: the main
 * address by its origin, each CML server by the address of its instance. Everything else is refused, as a
 * host where nothing listens.
 * @param mainUrl the origin of the main address, as clients are told it
 */
export function inProcessFetch(cloud: SimulatedCloud, mainUrl: string): typeof globalThis.fetch {
  const mainOrigin = new URL(mainUrl).origin;
  return async (input, init) => {
    const request = new Request(input, init);
    // The signal of the new request would be deaf as soon as that request is garbage.
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    signal?.throwIfAborted();
    const url = new URL(request.url);
    const app = url.origin === mainOrigin ? cloud.app : cmlAt(cloud, url.origin);
    if (!app) throw broken('ECONNREFUSED', `nothing listens at ${url.origin}`);
    const answer = ask(app, request, url);
    return signal ? withinSignal(signal, answer) : answer;
  };
}

function cmlAt(cloud: SimulatedCloud, origin: string): FastifyInstance | undefined {
  const instance = cloud.instances.list().find((each) => {
    const url = cloud.hosts.url(each);
    return url === origin || url?.replace(each.publicAddress ?? '', each.privateAddress) === origin;
  });
  return instance && cloud.hosts.server(instance.id)?.app;
}

async function ask(app: FastifyInstance, request: Request, url: URL): Promise<Response> {
  const payload = Buffer.from(await request.arrayBuffer());
  const options: InjectOptions = {
    method: injectable(request.method),
    url: url.pathname + url.search,
    headers: { ...Object.fromEntries(request.headers), host: url.host },
    ...(payload.length > 0 && { payload }),
  };
  const answer = await app.inject(options).catch((error: unknown) => {
    throw broken('ECONNRESET', `${url.origin} reset the connection`, error);
  });
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, String(one));
  }
  // A Response with such a status may not even have an empty body.
  const body = [204, 205, 304].includes(answer.statusCode) ? null : Uint8Array.from(answer.rawPayload);
  return new Response(body, { status: answer.statusCode, statusText: answer.statusMessage, headers });
}

function injectable(method: string): NonNullable<InjectOptions['method']> {
  const known = (['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const).find(
    (each) => each === method,
  );
  if (!known) throw new TypeError(`the method ${method} can't be simulated`);
  return known;
}

/** What `fetch` throws when the connection fails: a TypeError with the system's error as its cause. */
function broken(code: string, message: string, cause?: unknown): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(message, { cause }), { code }) });
}

/** The work's result, unless the signal comes first; the server goes on with it all the same. */
function withinSignal<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
