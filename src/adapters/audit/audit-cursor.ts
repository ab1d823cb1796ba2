import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { ReceivedRow } from '@lcm/core/spi/audit-log.ts';

type Place = Pick<ReceivedRow, 'at' | 'received'>;

/** Where the next page begins: behind that row. */
export const auditCursor = ({ at, received }: Place): string => `${at}_${received}`;

/** The place that a cursor stands for. @throws Refusal `invalid` for a text that is no cursor */
export function placeIn(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined;
  const [, at, received] = /^(\d{4}-[\d:.TZ-]{1,30})_(\d{1,15})$/.exec(cursor) ?? [];
  if (at !== undefined && received !== undefined) return { at, received: Number(received) };
  throw new Refusal('invalid', `${cursor} is not a cursor of this list`, {
    fields: [{ pointer: '/query/cursor', message: 'is not of this list' }],
  });
}
