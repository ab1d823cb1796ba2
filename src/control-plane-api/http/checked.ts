import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { z } from 'zod';

/**
 * What was sent, as its schema reads it.
 * @param place the part of the request that it is, `''` for the body: pointers begin with it
 * @throws Refusal `invalid` that names each field that is wrong
 */
export function checked<Value>(schema: z.ZodType<Value>, value: unknown, place: string): Value {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = result.error.issues.flatMap((issue) => {
    const at = [...(place ? [place] : []), ...issue.path].map((part) =>
      String(part).replace(/~/g, '~0').replace(/\//g, '~1'),
    );
    if (issue.code !== 'unrecognized_keys') return [{ pointer: `/${at.join('/')}`, message: issue.message }];
    return issue.keys.map((key) => ({ pointer: `/${[...at, key].join('/')}`, message: 'is not known here' }));
  });
  const first = fields[0];
  throw new Refusal(
    'invalid',
    first ? `${first.pointer}: ${first.message}` : 'the request does not have the expected shape',
    { fields },
  );
}
