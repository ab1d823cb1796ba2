import { NO_LOGIN } from '@lcm/core/api/endpoint.ts';
import { problem } from '@lcm/core/api/problem.ts';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import type { Operation } from '../auth/authorize.ts';

/** An operation that is not data in and data out, or not about the product's data. */
export interface Beside extends Pick<Operation, 'method' | 'path' | 'roles' | 'rule'> {
  operation: ZodOpenApiOperationObject;
}

/** Answers that are problem documents, by status. */
export function problems(...statuses: number[]): object {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: 'Refused', content: { 'application/problem+json': { schema: problem } } },
    ]),
  );
}

/** An operation that nobody needs to be logged in for. */
export function openToAll(
  method: Beside['method'],
  path: string,
  operation: Omit<ZodOpenApiOperationObject, 'security'>,
): Beside {
  return { method, path, roles: NO_LOGIN, rule: 'public', operation: { ...operation, security: [] } };
}
