import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerFor, type Operation } from '../auth/authorize.ts';
import type { Authenticate, Caller } from '../auth/caller.ts';
import type { RequestBudgets } from './request-budgets.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls, from the moment that they were let in. */
    caller: Caller | undefined;
    /** Who it is, from the moment that it is known: let in or not. Says nothing of what they may do. */
    identified?: Caller;
  }
}

/** What every operation is entered by: who asks, whether they may, and not too often. */
export interface Door {
  /**
   * Lets the caller in, and notes them on the request.
   * @throws Refusal `unauthenticated`, `forbidden`, `tooManyRequests`
   */
  admit(operation: Operation, request: FastifyRequest, reply: FastifyReply): Promise<Caller>;
  /** The caller of a request that was let in before, if they would be still; counts for no request. @throws as above */
  admitStill(operation: Operation, request: FastifyRequest): Promise<Caller>;
  budgets: RequestBudgets;
}

/** The one door of the API. */
export function openDoor(authenticate: Authenticate, budgets: RequestBudgets): Door {
  return {
    budgets,
    admitStill: (operation, request) => callerFor(operation, request, authenticate),
    admit: async (operation, request, reply) => {
      if (operation.rule === 'public') await budgets.chargeAddress(request.ip, reply);
      const identify = budgets.counting(authenticate, reply);
      const caller = await callerFor(operation, request, async (credentials) => {
        request.identified = await identify(credentials);
        return request.identified;
      });
      request.caller = caller;
      return caller;
    },
  };
}
