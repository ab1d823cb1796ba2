import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CmlContext } from '../context.ts';
import { forbidden } from '../errors.ts';
import { assertMay, labOf } from '../labs.ts';
import type { LabRecord, UserRecord } from '../model.ts';
import { authenticate } from '../tokens.ts';

/** One authenticated request. */
export interface Call {
  user: UserRecord;
  token: string;
  params: Record<string, string>;
  query: Record<string, string>;
  body: unknown;
}

/** One authenticated request about a lab that the user may see. */
export interface LabCall extends Call {
  lab: LabRecord;
}

/** An answer that is not JSON. */
export class Raw {
  readonly type: string;
  readonly content: string | Buffer;

  /** @param type its media type */
  constructor(type: string, content: string | Buffer) {
    this.type = type;
    this.content = content;
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Permission = 'lab_view' | 'lab_exec' | 'lab_edit' | 'lab_admin';

/** Declares the endpoints of one server. What a handler returns is the answer: see `send`. */
export interface Endpoints {
  /** Anybody may call it. */
  open(method: Method, path: string, handler: (request: FastifyRequest) => unknown): void;
  /** Needs a login. */
  user(method: Method, path: string, handler: (call: Call) => unknown): void;
  /** Needs an administrator's login. */
  admin(method: Method, path: string, handler: (call: Call) => unknown): void;
  /** Needs a login that may do this with the lab of the path's `:labId`. */
  lab(permission: Permission, method: Method, path: string, handler: (call: LabCall) => unknown): void;
}

/** A topic of the API: declares its endpoints. */
export type Topic = (endpoints: Endpoints, context: CmlContext) => void;

export function endpointsOf(app: FastifyInstance, context: CmlContext): Endpoints {
  const route = (method: Method, path: string, handler: (request: FastifyRequest) => unknown) =>
    app.route({
      method,
      url: path,
      handler: async (request, reply) => send(reply, await handler(request)),
    });
  const called = (request: FastifyRequest): Call => ({
    ...authenticate(context, request.headers.authorization),
    params: strings(request.params),
    query: strings(request.query),
    body: request.body,
  });
  return {
    open: route,
    user: (method, path, handler) => route(method, path, (request) => handler(called(request))),
    admin: (method, path, handler) =>
      route(method, path, (request) => {
        const call = called(request);
        if (!call.user.admin) throw forbidden(`User ${call.user.username} is not an administrator.`);
        return handler(call);
      }),
    lab: (permission, method, path, handler) =>
      route(method, path, (request) => {
        const call = called(request);
        const lab = labOf(context, call.params['labId'] ?? '', call.user);
        assertMay(lab, call.user, permission);
        return handler({ ...call, lab });
      }),
  };
}

/**
 * Sends what a handler returned: nothing is 204; strings are JSON strings in quotes, as CML sends tokens,
 * states and ids; `Raw` goes as it is.
 */
function send(reply: FastifyReply, value: unknown): FastifyReply {
  if (value === undefined) return reply.code(204).send();
  if (value instanceof Raw) return reply.type(value.type).send(value.content);
  return reply.type('application/json').send(JSON.stringify(value));
}

function strings(from: unknown): Record<string, string> {
  if (typeof from !== 'object' || from === null) return {};
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, String(value)]));
}

/** Whether a query parameter says yes, in any of the spellings that clients use. */
export const says = (value: string | undefined): boolean => /^(true|1|yes)$/i.test(value ?? '');
