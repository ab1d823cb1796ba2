import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MemoryAuditLog } from '@lcm/adapters/memory/memory-audit-log.ts';
import { openSqliteAudit } from '@lcm/adapters/sql/sqlite-audit-log.ts';
import { expect, it } from 'vitest';
import { describeAuditLog } from './audit-log.ts';

describeAuditLog('memory', async () => ({ log: new MemoryAuditLog(), discard: async () => {} }));

describeAuditLog('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lcm-audit-'));
  const { log, close } = openSqliteAudit(join(folder, 'audit.sqlite'));
  const discard = async () => {
    close();
    await rm(folder, { recursive: true });
  };
  return { log, discard };
});

it('SQLite lets nobody change or remove a row by mistake', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lcm-audit-'));
  const file = join(folder, 'audit.sqlite');
  const audit = openSqliteAudit(file);
  const row = { id: 'a', at: '2026-03-01T00:00:00.000Z', outcome: 'done', operation: 'o', account: 'x|1' };
  await audit.log.append([{ ...row, kind: '', resourceId: '', correlationId: '', body: '{}', mark: 'm' }]);
  await audit.log.chain([{ place: 1, day: '2026-03-01', rowId: 'a', hash: 'h' }], 'head');
  audit.close();
  const database = new DatabaseSync(file);
  for (const statement of [
    "UPDATE entries SET body = 'other'",
    'DELETE FROM entries',
    "UPDATE chain SET hash = 'other'",
    'DELETE FROM chain',
  ])
    expect(() => database.exec(statement)).toThrow(/rows of the audit/);
  database.close();
  await rm(folder, { recursive: true });
});
