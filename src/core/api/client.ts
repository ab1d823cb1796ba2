import type { z } from 'zod';
import { Refusal } from '../domain/refusal.ts';
import type { Endpoint } from './endpoint.ts';
import { problem, refusalCodeOf } from './problem.ts';

/** Endpoints by name, grouped to any depth. */
export interface Contract {
  readonly [name: string]: Endpoint | Contract;
}

type In<Schema> = Schema extends z.ZodType ? z.input<Schema> : never;
type Part<Name extends string, Schema> = Schema extends z.ZodType
  ? Record<string, never> extends In<Schema>
    ? { [K in Name]?: In<Schema> }
    : { [K in Name]: In<Schema> }
  : unknown;

/** What a call takes: the parts that its endpoint has, and headers for all. */
export type CallInput<E extends Endpoint> = Part<'params', E['params']> &
  Part<'query', E['query']> &
  Part<'body', E['body']> & { headers?: Record<string, string>; signal?: AbortSignal };

/** What a call gives. */
export type Answer<E extends Endpoint> = E['answer'] extends z.ZodType ? z.output<E['answer']> : undefined;

type Call<E extends Endpoint> =
  Record<string, never> extends CallInput<E>
    ? (input?: CallInput<E>) => Promise<Answer<E>>
    : (input: CallInput<E>) => Promise<Answer<E>>;

/** A function per endpoint, grouped as the contract is. */
export type Client<C extends Contract> = {
  [Name in keyof C]: C[Name] extends Endpoint
    ? Call<C[Name]>
    : C[Name] extends Contract
      ? Client<C[Name]>
      : never;
};

/** The part of `fetch` that the client needs; an in-process server can stand in for it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface ClientOptions {
  baseUrl: string;
  fetch: Fetch;
  /** Headers of every call, e.g. the bearer token; asked for anew each time. */
  headers?: () => Record<string, string>;
}

/**
 * The typed client of a contract. Answers are trusted to be what the contract says: the server checked
 * them on their way out.
 * @throws Refusal where the server refuses, with the server's code; `unavailable` where it can't be reached
 */
export function createClient<C extends Contract>(contract: C, options: ClientOptions): Client<C> {
  const client: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(contract)) {
    client[name] = isEndpoint(member)
      ? (input?: AnyInput) => call(member, input ?? {}, options)
      : createClient(member, options);
  }
  return client as Client<C>;
}

interface AnyInput {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Whether a member of a contract is an operation, not a group of them. */
export function isEndpoint(member: Endpoint | Contract): member is Endpoint {
  return typeof member['path'] === 'string' && typeof member['method'] === 'string';
}

async function call(endpoint: Endpoint, input: AnyInput, options: ClientOptions): Promise<unknown> {
  const headers: Record<string, string> = {
    accept: 'application/json',
    ...options.headers?.(),
    ...input.headers,
  };
  if (endpoint.body) headers['content-type'] = 'application/json';
  const init: RequestInit = { method: endpoint.method, headers };
  if (endpoint.body) init.body = JSON.stringify(input.body ?? {});
  if (input.signal) init.signal = input.signal;
  let response: Response;
  try {
    response = await options.fetch(options.baseUrl + pathOf(endpoint.path, input), init);
  } catch (cause) {
    if (input.signal?.aborted) throw cause;
    throw new Refusal('unavailable', `${options.baseUrl} cannot be reached: ${String(cause)}`, { cause });
  }
  if (!response.ok) throw await refusalOf(response, endpoint);
  if (response.status === 204) return undefined;
  return response.json();
}

function pathOf(path: string, input: AnyInput): string {
  const filled = path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(input.params?.[name])),
  );
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(input.query ?? {})) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  return query.size > 0 ? `${filled}?${query}` : filled;
}

async function refusalOf(response: Response, endpoint: Endpoint): Promise<Refusal> {
  const text = await response.text();
  const parsed = problem.safeParse(parseJson(text));
  const code = parsed.success ? refusalCodeOf(parsed.data.type) : undefined;
  if (parsed.success && code) {
    const { detail, title, errors, facts, correlationId } = parsed.data;
    return new Refusal(code, detail ?? title, { fields: errors ?? [], facts: facts ?? {}, correlationId });
  }
  const where = `${endpoint.method} ${endpoint.path}`;
  return new Refusal(
    response.status >= 500 ? 'unavailable' : 'invalid',
    `${where} answered ${response.status}: ${text.slice(0, 200)}`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: a proxy in between answered; the caller reports status and text.
    return undefined;
  }
}
