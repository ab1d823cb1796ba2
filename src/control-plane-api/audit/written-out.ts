import type { AuditEntry } from '@lcm/core/domain/audit-entry.ts';
import { type AuditSearch, searchAudit } from './search.ts';
import type { AuditBooks } from './trail.ts';

export const EXPORT_FORMATS = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const ENTRIES_AT_ONCE = 500;

/** Every entry that is found, newest first, as text: JSON line by line, or CSV (RFC 4180) with a heading. */
export async function* writtenOut(
  books: AuditBooks,
  search: Omit<AuditSearch, 'limit' | 'cursor'>,
  format: ExportFormat,
): AsyncGenerator<string> {
  if (format === 'csv') yield lineOf(Object.keys(COLUMNS));
  const write = format === 'csv' ? csvLine : (entry: AuditEntry) => `${JSON.stringify(entry)}\n`;
  let cursor: string | undefined;
  do {
    const page = await searchAudit(books, { ...search, limit: ENTRIES_AT_ONCE, cursor });
    if (page.items.length > 0) yield page.items.map(write).join('');
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

const COLUMNS: Readonly<Record<string, (entry: AuditEntry) => unknown>> = {
  id: ({ id }) => id,
  at: ({ at }) => at,
  outcome: ({ outcome }) => outcome,
  operation: ({ operation }) => operation,
  issuer: ({ actor }) => actor.issuer,
  subject: ({ actor }) => actor.subject,
  username: ({ actor }) => actor.username,
  roles: ({ actor }) => actor.roles.join(' '),
  credential: ({ actor }) => actor.credential && `${actor.credential.type} ${actor.credential.id}`,
  impersonator: ({ actor }) => actor.impersonator?.username ?? actor.impersonator?.subject,
  address: ({ actor }) => actor.address,
  kind: ({ resource }) => resource?.kind,
  resourceId: ({ resource }) => resource?.id,
  events: ({ events }) => events?.join(' '),
  reason: ({ reason }) => reason,
  refusal: ({ refusal }) => refusal && `${refusal.code}: ${refusal.message}`,
  times: ({ times }) => times,
  differences: ({ differences }) => differences && JSON.stringify(differences),
  correlationId: ({ correlationId }) => correlationId,
};

const csvLine = (entry: AuditEntry): string =>
  lineOf(Object.values(COLUMNS).map((column) => String(column(entry) ?? '')));

const lineOf = (cells: readonly string[]): string => `${cells.map(cellOf).join(',')}\r\n`;

/** A cell that a spreadsheet would take for a formula begins with an apostrophe (OWASP, CSV Injection). */
function cellOf(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
