import { openAuditKeys } from '@lcm/adapters/audit/audit-keys.ts';
import { openSqliteAudit } from '@lcm/adapters/sql/sqlite-audit-log.ts';
import type { AuditBooks } from '@lcm/control-plane-api/audit/trail.ts';
import type { Sealer } from '@lcm/core/spi/sealer.ts';

/** The audit in a file of its own. @throws Refusal `unavailable` where it or its keys cannot be opened */
export async function openEmbeddedAudit(
  file: string,
  sealer: Sealer,
): Promise<{ books: AuditBooks; close(): void }> {
  const { log, persons, close } = openSqliteAudit(file);
  try {
    return { books: { log, keys: await openAuditKeys(persons, sealer) }, close };
  } catch (error) {
    close();
    throw error;
  }
}
