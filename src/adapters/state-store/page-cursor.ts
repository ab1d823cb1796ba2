import { Refusal } from '@lcm/core/domain/refusal.ts';
import { z } from 'zod';
import type { FieldValue } from './field-value.ts';

/** The place of the last item of a page in its order; the next page begins behind it. */
export interface Place {
  value: FieldValue;
  id: string;
}

/** The order of a list; items with the same value are ordered by id, in the same direction. */
export interface Order {
  field: string;
  direction: 'asc' | 'desc';
}

const cursorText = z
  .base64url()
  .transform((text) => parsed(Buffer.from(text, 'base64url').toString()))
  .pipe(z.tuple([z.string(), z.string(), z.union([z.string(), z.number()]), z.string()]));

/** The place as an opaque text that also tells the order it belongs to. */
export function writeCursor({ field, direction }: Order, { value, id }: Place): string {
  return Buffer.from(JSON.stringify([field, direction, value, id])).toString('base64url');
}

/**
 * The place that such a text stands for.
 * @throws Refusal `invalid`, field `/cursor`, where it is none or belongs to a list in another order
 */
export function readCursor(order: Order, text: string): Place {
  const read = cursorText.safeParse(text);
  if (!read.success) throw badCursor(`cursor '${text}' is not one that a list gave`);
  const [field, direction, value, id] = read.data;
  if (field !== order.field || direction !== order.direction) {
    throw badCursor(
      `the cursor belongs to a list by ${field} ${direction}, not by ${order.field} ${order.direction}`,
    );
  }
  return { value, id };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: undefined fails the check that follows.
    return undefined;
  }
}

function badCursor(message: string): Refusal {
  return new Refusal('invalid', `${message}; take nextCursor of the page before`, {
    fields: [{ pointer: '/cursor', message }],
  });
}
