import type { Role } from '@lcm/core/api/endpoint.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Authenticate, type Caller, credentialsOf, ownKey } from '../auth/caller.ts';
import type { Services } from '../services.ts';
import { addressKey, RateLimiter, type Verdict, WINDOW_MS } from './rate-limiter.ts';

/** Who stands at the door: tells who asks, and whether they may ask as often. */
export interface Admission {
  /** @throws Refusal `unauthenticated`; `tooManyRequests` for a caller, or an address without one, beyond its budget */
  admit(request: FastifyRequest, reply: FastifyReply): Promise<Caller>;
  /** Takes what a request weighs besides the one that `admit` has taken. @throws Refusal `tooManyRequests` */
  charge(caller: Caller, weight: number, reply: FastifyReply): Promise<void>;
}

/** The one door of all operations; its budgets are a setting. */
export function admission(
  services: Pick<Services, 'clock' | 'settings'>,
  authenticate: Authenticate,
): Admission {
  const limiter = new RateLimiter(services.clock);
  const charge = async (caller: Caller, weight: number, reply: FastifyReply) => {
    const { requestsPerMinute } = await services.settings.get();
    const budget = budgetOf(caller.roles, requestsPerMinute);
    if (budget === null) return;
    tell(reply, limiter.take(ownKey(caller), budget, weight));
  };
  return {
    charge,
    admit: async (request, reply) => {
      let caller: Caller;
      try {
        caller = await authenticate(credentialsOf(request));
      } catch (refusal) {
        // Guessing is what an address is held up for, not the honest caller behind the same one.
        const { requestsPerMinute } = await services.settings.get();
        const { anonymous } = requestsPerMinute;
        if (anonymous !== null) tell(reply, limiter.take(`address ${addressKey(request.ip)}`, anonymous));
        throw refusal;
      }
      await charge(caller, 1, reply);
      return caller;
    },
  };
}

/** The largest budget of the caller's roles; null is none. The system's own services have none. */
function budgetOf(roles: readonly Role[], budgets: Partial<Record<Role, number | null>>): number | null {
  let largest = 1;
  for (const role of roles) {
    const budget = budgets[role] ?? null;
    if (budget === null) return null;
    largest = Math.max(largest, budget);
  }
  return largest;
}

/** Says in the answer what is left (draft-ietf-httpapi-ratelimit-headers-10). @throws Refusal where nothing is */
function tell(
  reply: FastifyReply,
  { allowed, budget, remaining, resetSeconds, retrySeconds }: Verdict,
): void {
  reply.header('ratelimit-policy', `"minute";q=${budget};w=${WINDOW_MS / 1000}`);
  reply.header('ratelimit', `"minute";r=${remaining};t=${resetSeconds}`);
  if (allowed) return;
  const message = `more than ${budget} requests in a minute: come again in ${retrySeconds} seconds`;
  throw new Refusal('tooManyRequests', message, { facts: { retryAfterSeconds: retrySeconds } });
}
