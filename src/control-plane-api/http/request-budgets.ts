import type { Role } from '@lcm/core/api/endpoint.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { FastifyReply } from 'fastify';
import { type Authenticate, type Caller, ownKey } from '../auth/caller.ts';
import type { Services } from '../services.ts';
import { addressKey, RateLimiter, type Verdict, WINDOW_MS } from './rate-limiter.ts';

/** How often each caller may ask (docs/api.md, Rate limits). What is left is told in the answer's headers. */
export interface RequestBudgets {
  /** Takes requests from the caller's budget. @throws Refusal `tooManyRequests` */
  charge(caller: Caller, reply: FastifyReply, requests?: number): Promise<void>;
  /** The same, for who is not logged in: by address. @throws Refusal `tooManyRequests` */
  chargeAddress(address: string | undefined, reply: FastifyReply): Promise<void>;
  /** Authenticates, and takes one request from the budget of the caller; of the address, where it is nobody. */
  counting(authenticate: Authenticate, reply: FastifyReply): Authenticate;
}

/** Budgets by role, as the settings have them. */
export function requestBudgets({ clock, settings }: Pick<Services, 'clock' | 'settings'>): RequestBudgets {
  const limiter = new RateLimiter(clock);
  const charge: RequestBudgets['charge'] = async (caller, reply, requests) => {
    const { requestsPerMinute } = await settings.get();
    const budget = budgetOf(caller.roles, requestsPerMinute);
    if (budget !== null) tell(reply, limiter.take(ownKey(caller), budget, requests));
  };
  const chargeAddress: RequestBudgets['chargeAddress'] = async (address, reply) => {
    const { anonymous } = (await settings.get()).requestsPerMinute;
    if (anonymous !== null)
      tell(reply, limiter.take(`address ${addressKey(address ?? 'unknown')}`, anonymous));
  };
  return {
    charge,
    chargeAddress,
    counting: (authenticate, reply) => async (credentials) => {
      let caller: Caller;
      try {
        caller = await authenticate(credentials);
      } catch (refusal) {
        // Guessing is what an address is held up for, not the honest caller behind the same one.
        await chargeAddress(credentials.address, reply);
        throw refusal;
      }
      await charge(caller, reply);
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
