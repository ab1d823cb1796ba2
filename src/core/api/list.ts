import { z } from 'zod';

/** Query of every list: how many, from where. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(1_000).default(100).describe('Items per page'),
  cursor: z.string().max(500).optional().describe('`nextCursor` of the page before'),
};

/** A page of a list; `nextCursor` is absent on the last. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().optional() });

/** One or several of a closed set, in any case: `?status=ready&status=RUNNING` or `?status=ready,running`. */
export const anyOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z
    .preprocess(
      (given) =>
        given === undefined
          ? undefined
          : (Array.isArray(given) ? given : [given]).flatMap((one) => String(one).toUpperCase().split(',')),
      z.array(z.enum(values)).max(values.length),
    )
    .optional();

/** What an update or a get of a resource gives along: its version, also in the `ETag` header. */
export const versioned = { version: z.number().int().min(1) };
