import type { AuditLog, AuditRow, DaySeal, Link } from '@lcm/core/spi/audit-log.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refusalOf } from './store-in-test.ts';

/** What every audit log has to do, whatever is underneath. */
export function describeAuditLog(
  name: string,
  make: () => Promise<{ log: AuditLog; discard: () => Promise<void> }>,
): void {
  describe(`${name} as an audit log`, () => {
    let log: AuditLog;
    let discard: () => Promise<void>;
    beforeEach(async () => {
      ({ log, discard } = await make());
    });
    afterEach(() => discard());
    const ids = async (query: Partial<Parameters<AuditLog['list']>[0]>) =>
      (await log.list({ limit: 100, ...query })).items.map(({ id }) => id);

    it('keeps each row once, whoever brings it again', async () => {
      await log.append([row('a'), row('b')]);
      await log.append([row('b', { body: 'another' }), row('c')]);
      expect(await ids({})).toEqual(['c', 'b', 'a']);
      expect((await log.list({ limit: 9 })).items[1]).toMatchObject(row('b'));
    });

    it('finds rows by what they are searched by', async () => {
      await log.append([
        row('a', { account: 'x|1', operation: 'sessions.book', correlationId: 'c-1' }),
        row('b', { account: 'x|2', outcome: 'refused' }),
        row('c', { kind: 'worker', resourceId: 'w-1', at: '2026-03-05T00:00:00.000Z' }),
      ]);
      expect(await ids({ accounts: ['x|1', 'x|2'] })).toEqual(['b', 'a']);
      expect(await ids({ accounts: [] })).toEqual([]);
      expect(await ids({ operation: 'sessions.book' })).toEqual(['a']);
      expect(await ids({ outcome: 'refused' })).toEqual(['b']);
      expect(await ids({ kind: 'worker', resourceId: 'w-1' })).toEqual(['c']);
      expect(await ids({ correlationId: 'c-1' })).toEqual(['a']);
      expect(await ids({ from: '2026-03-05T00:00:00.000Z' })).toEqual(['c']);
      expect(await ids({ to: '2026-03-05T00:00:00.000Z' })).toEqual(['b', 'a']);
    });

    it('gives pages newest first, and nothing twice while rows are added', async () => {
      const at = (n: number) => `2026-03-01T00:00:0${Math.floor(n / 2)}.000Z`;
      await log.append([0, 1, 2, 3, 4].map((n) => row(`r${n}`, { at: at(n) })));
      const first = await log.list({ limit: 2 });
      expect(first.items.map(({ id }) => id)).toEqual(['r4', 'r3']);
      await log.append([row('late', { at: at(9) })]);
      const second = await log.list({ limit: 2, cursor: first.nextCursor });
      expect(second.items.map(({ id }) => id)).toEqual(['r2', 'r1']);
      const third = await log.list({ limit: 2, cursor: second.nextCursor });
      expect(third).toMatchObject({ items: [{ id: 'r0' }] });
      expect(third.nextCursor).toBeUndefined();
      expect((await refusalOf(log.list({ limit: 2, cursor: 'x' }))).code).toBe('invalid');
    });

    it('chains rows in the order received, each place once', async () => {
      await log.append([row('a'), row('b'), row('c')]);
      const waiting = await log.unchained(0, 2);
      expect(waiting.map(({ id }) => id)).toEqual(['a', 'b']);
      expect(await log.chain([link(1, 'a'), link(2, 'b')], 'head 2')).toBe(true);
      expect(await log.chain([link(2, 'c')], 'head of another')).toBe(false);
      expect(await log.note('head')).toBe('head 2');
      expect((await log.unchained(0, 9)).map(({ id }) => id)).toEqual(['c']);
      expect(await log.unchained(waiting[1]?.received ?? 0, 9)).toHaveLength(1);
      expect(await log.lastLink()).toEqual(link(2, 'b'));
      const chained = await log.chained(1, 9);
      expect(chained).toMatchObject([{ link: link(2, 'b'), row: row('b') }]);
    });

    it('drops a sealed day whole, and keeps its seal', async () => {
      await log.append([row('a'), row('b')]);
      await log.chain([link(1, 'a'), { ...link(2, 'b'), day: '2026-03-02' }], 'head');
      expect(await log.addSeal(seal)).toBe(true);
      expect(await log.addSeal({ ...seal, root: 'another' })).toBe(false);
      const dropped = { at: '2026-09-01T00:00:00.000Z', proof: 'ours' };
      await log.drop(seal.day, dropped);
      expect(await ids({})).toEqual(['b']);
      expect((await log.chained(0, 9)).map(({ link: { place } }) => place)).toEqual([2]);
      expect(await log.seals()).toEqual([{ ...seal, dropped }]);
    });

    it('keeps notes, and tells of what is appended', async () => {
      let told = 0;
      const stop = log.onAppend(() => {
        told += 1;
      });
      expect(await log.note('x')).toBeUndefined();
      await log.putNote('x', '1');
      await log.putNote('x', '2');
      expect(await log.note('x')).toBe('2');
      await log.append([row('a')]);
      await Promise.resolve();
      stop();
      await log.append([row('b')]);
      await Promise.resolve();
      expect(told).toBe(1);
    });
  });
}

const row = (id: string, more: Partial<AuditRow> = {}): AuditRow => ({
  id,
  at: '2026-03-01T00:00:00.000Z',
  outcome: 'done',
  operation: 'sessions.cancel',
  account: 'x|9',
  kind: 'session',
  resourceId: 's-1',
  correlationId: '',
  body: '{"name":"Zoë"}',
  mark: 'm',
  ...more,
});
const link = (place: number, rowId: string): Link => ({ place, rowId, day: '2026-03-01', hash: `h${place}` });
const seal: DaySeal = {
  day: '2026-03-01',
  firstPlace: 1,
  lastPlace: 1,
  root: 'h1',
  previousRoot: '',
  sealedAt: '2026-03-02T00:00:01.000Z',
  proof: 'p',
};
