import { beforeEach, describe, expect, it } from 'vitest';
import { auditInTest } from './books.fixture.ts';
import { hashOf } from './chain.ts';
import { verify } from './verify.ts';

const DAY_MS = 86_400_000;
let on: Awaited<ReturnType<typeof auditInTest>>;
const verdict = () => verify(on.log, on.keys);
const tampering = async () => (await verdict()).tampering;
const rowAt = (id: string) => {
  const row = on.log.rows.get(id);
  if (!row) throw new Error(`there is no row ${id}`);
  return row;
};

/** Two sealed days of three rows each, two rows of today, and one that waits for its link. */
beforeEach(async () => {
  on = await auditInTest();
  for (let day = 0; day < 2; day++) {
    await on.write(3);
    await on.round();
    await on.clock.advance(DAY_MS);
  }
  await on.write(2);
  await on.round();
  await on.write(1);
});

describe('reading the audit over', () => {
  it('finds it intact as it was written, sealed day by day', async () => {
    expect(await verdict()).toMatchObject({ intact: true, rows: 8, days: 2, waiting: 1 });
    const seals = await on.log.seals();
    expect(seals.map(({ day, firstPlace, lastPlace }) => [day, firstPlace, lastPlace])).toEqual([
      ['2026-03-01', 1, 3],
      ['2026-03-02', 4, 6],
    ]);
    expect(seals[1]?.previousRoot).toBe(seals[0]?.root);
    expect((await on.log.lastLink())?.hash).toBe((await verdict()).root);
  });

  it.each([
    ['of a sealed day', 'e2'],
    ['of today', 'e8'],
  ])('names the first row that was changed %s', async (_, id) => {
    const row = rowAt(id);
    row.body = row.body.replace('sessions.cancel', 'sessions.grade');
    expect(await tampering()).toMatchObject({ what: 'changed', rowId: id });
  });

  it.each(['at', 'outcome', 'account', 'resourceId', 'mark'] as const)(
    'covers %s, by which rows are found',
    async (column) => {
      rowAt('e5')[column] += 'x';
      expect(await tampering()).toMatchObject({ what: 'changed', rowId: 'e5', day: '2026-03-02' });
    },
  );

  it('names the first row that is missing, and its place where the link went too', async () => {
    on.log.rows.delete('e4');
    expect(await tampering()).toMatchObject({ what: 'missing', rowId: 'e4', place: 4 });
    on.log.links.splice(3, 1);
    expect(await tampering()).toMatchObject({ what: 'missing', place: 4 });
  });

  it('misses what was cut off at the end, linked or not', async () => {
    on.log.rows.delete('e8');
    on.log.links.pop();
    expect(await tampering()).toMatchObject({ what: 'missing', place: 8 });
    await on.log.putNote('head', '{"place":7,"hash":"","received":7,"proof":"made up"}');
    expect(await tampering()).toMatchObject({ what: 'missing' });
  });

  it('names a row that somebody else added, and never chains it', async () => {
    await on.log.append([{ ...rowAt('e1'), id: 'forged' }]);
    expect(await tampering()).toMatchObject({ what: 'added', rowId: 'forged' });
    await on.round();
    expect(await tampering()).toMatchObject({ what: 'added', rowId: 'forged' });
  });

  it('names one that was added under a number before all others, with a link or without', async () => {
    const forged = { ...rowAt('e1'), id: 'forged', received: -1 };
    on.log.rows.set('forged', forged);
    expect(await tampering()).toMatchObject({ what: 'added', rowId: 'forged' });
    on.log.links.unshift({ place: 0, day: '2026-03-01', rowId: 'forged', hash: '' });
    expect(await tampering()).toMatchObject({ what: 'added', rowId: 'forged', place: 0 });
  });

  it('tells a row that was added with a link of its own', async () => {
    const forged = { ...rowAt('e1'), id: 'forged' };
    await on.log.append([forged]);
    const last = on.log.links.at(-1);
    const link = { place: 9, day: last?.day ?? '', rowId: 'forged', hash: '' };
    on.log.links.push({ ...link, hash: hashOf(last?.hash ?? '', link, forged) });
    expect(await tampering()).toMatchObject({ what: 'added', place: 9 });
  });

  it('is not deceived by a chain that was made anew over changed rows', async () => {
    rowAt('e2').body = '{}';
    let hash = '';
    for (const link of on.log.links) {
      hash = hashOf(hash, link, rowAt(link.rowId));
      link.hash = hash;
    }
    expect((await verdict()).intact).toBe(false);
  });

  it('holds seals to be proven, in order, and complete', async () => {
    const [first, second] = await on.log.seals();
    if (!first || !second) throw new Error('there are two seals');
    const seals = on.log.seals.bind(on.log);
    on.log.seals = async () => [{ ...first, root: 'another' }, second];
    expect(await tampering()).toMatchObject({ what: 'seal', day: '2026-03-01' });
    on.log.seals = async () => [second];
    expect(await tampering()).toMatchObject({ what: 'seal', day: '2026-03-02' });
    on.log.seals = async () => [
      { ...first, dropped: { at: '2027-03-01T00:00:00.000Z', proof: 'made up' } },
      second,
    ];
    expect(await tampering()).toMatchObject({ what: 'seal', day: '2026-03-01' });
    on.log.seals = seals;
    expect((await verdict()).intact).toBe(true);
  });

  it('stops chaining what was tampered with, instead of covering it up', async () => {
    on.log.rows.delete('e8');
    on.log.links.pop();
    await on.round();
    expect((await verdict()).intact).toBe(false);
  });

  it('finds it intact after old days were dropped whole, and theirs alone', async () => {
    await on.clock.advance(366 * DAY_MS);
    await on.write(1);
    expect(await on.sealer.round(12)).toBe(2);
    expect((await on.log.seals()).map(({ dropped }) => dropped !== undefined)).toEqual([true, true, false]);
    expect(await verdict()).toMatchObject({ intact: true, rows: 4 });
    expect([...on.log.rows.keys()]).toEqual(['e7', 'e8', 'e9', 'e10']);
  });

  it('counts a day that was dropped before its time as missing', async () => {
    await on.clock.advance(40 * DAY_MS);
    await on.sealer.round(1);
    expect(await tampering()).toMatchObject({ what: 'seal', day: '2026-03-01' });
  });

  it('finds it intact after a person was forgotten: the hashes cover what was sealed', async () => {
    expect(await on.keys.forget('username:ada')).toBe(1);
    expect(await verdict()).toMatchObject({ intact: true, rows: 8 });
  });
});
