import type { AuditActor, AuditEntry } from '@lcm/core/domain/audit-entry.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { iso } from '@lcm/core/domain/time.ts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Act, actingFor } from '../audit/acting.ts';
import type { AuditTrail } from '../audit/trail.ts';
import type { Caller } from '../auth/caller.ts';
import type { Services } from '../services.ts';
import { BESIDE_CONTRACT } from './beside-contract.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** On whose behalf the request is done, where it may change something. */
    act: Act | undefined;
  }
}

/** They are sent as POST for the sake of their body, and change nothing. */
export const ONLY_ASKING: ReadonlySet<string> = new Set(['sessions.dryRun']);

/**
 * Audits every request that may change something. What it changes in the state is told by the log, under the caller
 * that is in the air while it is handled; what it changes elsewhere, and what it is refused, is written before it is
 * answered.
 */
export function auditRequests(app: FastifyInstance, services: Services, trail: AuditTrail): void {
  app.decorateRequest('act', undefined);
  app.addHook('preHandler', (request, _reply, done) => {
    request.act = actOf(request);
    if (request.act) actingFor(request.act, done);
    else done();
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const { act } = request;
    if (!act) return payload;
    const parts = act.refusals.splice(0);
    for (const { resource, error } of parts) {
      const about = resource ? { resource } : {};
      await trail.writeRefused({ ...entryOf(services, request, act), ...about, ...refusalIn(error) });
    }
    const isTold = act.commits > 0 || parts.length > 0 || isService(act.actor);
    if (!isTold && reply.statusCode < 400)
      await trail.write([{ entry: { ...entryOf(services, request, act), outcome: 'done' } }]);
    return payload;
  });
  app.addHook('onError', async (request, _reply, error) => {
    const act = request.act ?? actOf(request);
    if (!act) return;
    await trail.writeRefused({ ...entryOf(services, request, act), ...refusalIn(error) });
  });
}

/** Undefined for what changes nothing, and for what is no operation. */
function actOf(request: FastifyRequest): Act | undefined {
  const { method, routeOptions } = request;
  if (['GET', 'HEAD', 'OPTIONS'].includes(method) || routeOptions.url === undefined) return undefined;
  const operation = operationOf(request);
  if (ONLY_ASKING.has(operation)) return undefined;
  return { operation, actor: actorOf(request), correlationId: request.id, commits: 0, refusals: [] };
}

function operationOf({ method, routeOptions: { url = '', config } }: FastifyRequest): string {
  if (config.operation !== undefined) return config.operation;
  const beside = BESIDE_CONTRACT.find((one) => one.method === method && one.path === url);
  return beside?.operation.operationId ?? `${method} ${url}`;
}

/** Who it is, as far as it is known by now. */
function actorOf({ identified, caller = identified, ip }: FastifyRequest): AuditActor {
  if (!caller) return { issuer: '', subject: 'anonymous', roles: [], address: ip };
  const { issuer, subject, username, roles, credential, impersonator, address = ip } = caller;
  return {
    ...accountOf({ issuer, subject, username }),
    roles: [...roles],
    ...(credential ? { credential: { type: credential.type, id: credential.id } } : {}),
    ...(impersonator ? { impersonator: accountOf(impersonator) } : {}),
    address,
  };
}

const accountOf = ({ issuer, subject, username }: Pick<Caller, 'issuer' | 'subject' | 'username'>) => ({
  issuer,
  subject,
  username,
});

/** Services repeat themselves by design: what changes nothing is not worth an entry. */
const isService = ({ roles }: AuditActor): boolean => roles.includes('controller');

function entryOf(services: Services, request: FastifyRequest, act: Act): Omit<AuditEntry, 'outcome'> {
  const { operation, actor } = act;
  const resource = act.resource ?? resourceOf(request);
  return {
    id: `request:${services.random.uuid()}`,
    at: iso(services.clock.now()),
    operation,
    // It may have become known only after the act began.
    actor: actor.issuer === '' ? { ...actor, ...actorOf(request) } : actor,
    ...(resource ? { resource } : {}),
    correlationId: request.id,
  };
}

/** What the path names: `/api/v1/sessions/:id/cancel` is about a session. */
function resourceOf({ routeOptions, params }: FastifyRequest): AuditEntry['resource'] {
  // Whoever is to be forgotten must not be remembered for it.
  if (routeOptions.config.operation === 'audit.erase') return undefined;
  const [, plural] = /^\/api\/(?:v1\/|internal\/)?([\w-]+)/.exec(routeOptions.url ?? '') ?? [];
  const { id, username = id } = Object(params);
  if (plural === undefined || typeof username !== 'string') return undefined;
  return { kind: plural.replace(/s$/, ''), id: username.slice(0, 200) };
}

/** Faults of the server are told apart from what the caller may not do. */
function refusalIn(error: unknown): Pick<AuditEntry, 'outcome' | 'refusal'> {
  if (error instanceof Refusal) {
    const { code, message } = error;
    const outcome = code === 'busy' || code === 'unavailable' ? 'failed' : 'refused';
    return { outcome, refusal: { code, message: message.slice(0, 500) } };
  }
  const status =
    typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 500;
  if (typeof status === 'number' && status < 500)
    return { outcome: 'refused', refusal: { code: `http-${status}`, message: '' } };
  return { outcome: 'failed', refusal: { code: 'internal', message: '' } };
}
