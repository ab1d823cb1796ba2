import type { Kind } from '@lcm/core/domain/kinds.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { ListQuery, Match } from '@lcm/core/spi/state-store.ts';
import { type Order, type Place, readCursor } from './page-cursor.ts';
import type { StoredShape } from './stored-shape.ts';

/** A list query that has been checked. Without `order` items come by id. */
export interface ListPlan {
  where: readonly (readonly [field: string, match: Match])[];
  order: Order;
  after: Place | undefined;
  limit: number;
}

/** Stands for the id of a document where a list is not sorted by a field. */
export const BY_ID = '';

const LARGEST_PAGE = 1_000;

/** @throws Refusal `invalid` for a field that is not indexed, a limit out of bounds, a cursor that is none */
export function planList(kind: Kind, shape: StoredShape, query: ListQuery): ListPlan {
  const where = checkedWhere(kind, shape, query.where);
  const order: Order = query.sort ?? { field: BY_ID, direction: 'asc' };
  if (query.sort) checkIndexed(kind, shape, order.field, '/sort');
  if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > LARGEST_PAGE) {
    throw invalid('/limit', `limit is ${query.limit}, but must be a whole number from 1 to ${LARGEST_PAGE}`);
  }
  const after = query.cursor === undefined ? undefined : readCursor(order, query.cursor);
  return { where, order, after, limit: query.limit };
}

/** @throws Refusal `invalid` for a field that is not indexed */
export function checkedWhere(
  kind: Kind,
  shape: StoredShape,
  where: ListQuery['where'] = {},
): ListPlan['where'] {
  const conditions = Object.entries(where);
  for (const [field] of conditions) checkIndexed(kind, shape, field, `/where/${field}`);
  return conditions;
}

function checkIndexed(kind: Kind, shape: StoredShape, field: string, pointer: string): void {
  const known = new Set(shape.indexes.flat());
  if (known.has(field)) return;
  throw invalid(
    pointer,
    `a ${kind} cannot be listed by '${field}', only by ${[...known].join(', ') || 'its id'}`,
  );
}

function invalid(pointer: string, message: string): Refusal {
  return new Refusal('invalid', message, { fields: [{ pointer, message }] });
}
