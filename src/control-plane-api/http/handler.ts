import type { Answer, Contract } from '@lcm/core/api/client.ts';
import type { Endpoint } from '@lcm/core/api/endpoint.ts';
import type { Fence } from '@lcm/core/domain/fence.ts';
import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import type { Terms } from '../commands/execute.ts';

type Out<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** One request, checked against its endpoint. */
export interface Call<E extends Endpoint = Endpoint> {
  params: Out<E['params']>;
  query: Out<E['query']>;
  body: Out<E['body']>;
  caller: Caller;
  correlationId: string;
  idempotencyKey?: string | undefined;
  /** From `If-Match`. */
  expectedVersion?: number | undefined;
  /** From `x-lcm-fence`. */
  fence?: Fence | undefined;
}

/** Does what one endpoint promises. */
export type Handler<E extends Endpoint> = (call: Call<E>) => Promise<Answer<E>>;

/** A handler for every endpoint of a contract, grouped as it is. */
export type Handlers<C extends Contract> = {
  [Name in keyof C]: C[Name] extends Endpoint
    ? Handler<C[Name]>
    : C[Name] extends Contract
      ? Handlers<C[Name]>
      : never;
};

/** The terms on which a request's commands run. */
export function termsOf(call: Pick<Call, 'expectedVersion' | 'fence' | 'correlationId'>): Terms {
  return { expectedVersion: call.expectedVersion, fence: call.fence, correlationId: call.correlationId };
}
