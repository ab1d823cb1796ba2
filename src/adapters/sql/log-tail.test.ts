import type { LoggedEvent } from '@lcm/core/spi/state-store.ts';
import { describe, expect, it } from 'vitest';
import { LogTail } from './log-tail.ts';

const event = (cursor: number): LoggedEvent => ({
  cursor,
  kind: 'session',
  id: 's',
  seq: cursor,
  version: cursor,
  type: 'changed',
  at: '2026-01-01T00:00:00.000Z',
  by: 'test',
  data: {},
});
const cursors = (events: LoggedEvent[] | undefined) => events?.map(({ cursor }) => cursor);

describe('the end of the log', () => {
  it('has all that came after the log was opened, from any cursor on, gaps or not', () => {
    const tail = new LogTail(10);
    tail.append([event(11), event(13)]);
    tail.append([event(14)]);
    expect(cursors(tail.read(10, 100))).toEqual([11, 13, 14]);
    expect(cursors(tail.read(12, 1))).toEqual([13]);
    expect(cursors(tail.read(14, 100))).toEqual([]);
  });

  it('does not speak of what lies further back than it reaches', () => {
    const tail = new LogTail(10, 2);
    expect(tail.read(9, 100)).toBeUndefined();
    tail.append([11, 12, 13, 14, 15].map(event));
    expect(tail.read(12, 100)).toBeUndefined();
    expect(cursors(tail.read(13, 100))).toEqual([14, 15]);
  });
});
