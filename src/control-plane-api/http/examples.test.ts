import { type Contract, isEndpoint } from '@lcm/core/api/client.ts';
import { contract } from '@lcm/core/api/contract.ts';
import type { Endpoint } from '@lcm/core/api/endpoint.ts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { exampleOf } from './example-of.ts';
import { bodyExample, operationOf } from './openapi-operation.ts';

function operationsOf(part: Contract, within: string[] = []): [string, Endpoint][] {
  return Object.entries(part).flatMap(([name, member]): [string, Endpoint][] =>
    isEndpoint(member) ? [[[...within, name].join('.'), member]] : operationsOf(member, [...within, name]),
  );
}

describe.each(operationsOf(contract))('%s', (name, endpoint) => {
  it('has examples that its own schemas let through', () => {
    const { body, answer, params } = endpoint;
    if (body) expect(body.safeParse(bodyExample(name, body)).error).toBeUndefined();
    if (answer) expect(answer.safeParse(exampleOf(answer, 'output')).error).toBeUndefined();
    const shown = operationOf(endpoint, name.split('.')).requestParams?.path;
    for (const [param, schema] of Object.entries(params?.shape ?? {})) {
      const [example] = shown instanceof z.ZodObject ? (shown.shape[param]?.meta()?.examples ?? []) : [];
      expect((schema as z.ZodType).safeParse(example).error, param).toBeUndefined();
    }
  });
});
