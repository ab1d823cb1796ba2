import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.ts';
import { openSqliteExpiringStore } from './sqlite-expiring-store.ts';

it('gives back the room of what is over as fast as more is written, however much that is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lcm-expiring-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'logins.sqlite');
  const clock = new VirtualClock();
  const store = openSqliteExpiringStore(file, clock);
  const putMany = (count: number, name: string) =>
    Promise.all(
      Array.from({ length: count }, (_, at) =>
        store.put(
          'attempt',
          `${name}-${at}`,
          { at },
          { expiresAt: clock.now() + 1_000, index: { all: 'yes' } },
        ),
      ),
    );
  await putMany(3_500, 'flood');
  await clock.advance(61_000);
  await putMany(10, 'after');
  await store.close();
  const database = new DatabaseSync(file, { readOnly: true });
  onTestFinished(() => database.close());
  for (const table of ['expiring', 'expiring_index'])
    expect(database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()).toEqual({ rows: 10 });
});
