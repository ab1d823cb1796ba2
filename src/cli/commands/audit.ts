import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AUDIT_OUTCOMES, type AuditEntry, type AuditOutcome } from '@lcm/core/domain/audit-entry.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { type Command, Option } from 'commander';
import { apiAt, tokenAt } from '../api.ts';
import { type Columns, type Format, print } from '../output/format.ts';
import { outputOption, urlOption, wholeNumber } from './options.ts';

interface Filters {
  who?: string;
  operation?: string;
  outcome?: AuditOutcome;
  kind?: string;
  resource?: string;
  from?: string;
  to?: string;
  text?: string;
}

/** Adds `audit`. */
export function addAuditCommand(program: Command): void {
  const audit = program.command('audit').description('Who did what, or was refused to, when and why');

  withFilters(audit.command('search').description('Entries that are found, newest first'))
    .option('--limit <n>', 'most entries', wholeNumber, 50)
    .addOption(outputOption())
    .addOption(urlOption())
    .action(async ({ limit, output, url, ...filters }: Filters & Printed & { limit: number }) => {
      print(await found(url, filters, limit), output, COLUMNS);
    });

  withFilters(audit.command('export').description('All entries that are found, newest first'))
    .addOption(new Option('--format <format>', 'how').choices(['ndjson', 'csv']).default('ndjson'))
    .option('--file <path>', 'where to; printed where absent')
    .addOption(urlOption())
    .action(
      async ({ url, file, format, ...filters }: Filters & { url: string; file?: string; format: string }) => {
        const query = new URLSearchParams({ format, ...queryOf(filters) });
        const token = tokenAt(url);
        const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
        const answer = await fetch(`${url}/api/v1/audit/export?${query}`, { headers });
        if (answer.status === 401) throw new Refusal('unauthenticated', 'nobody is logged in');
        if (!answer.ok || !answer.body) throw new Refusal('forbidden', `${url} answered ${answer.status}`);
        // Closing the terminal's own output would be the end of all that is printed.
        if (file === undefined) await pipeline(Readable.fromWeb(answer.body), process.stdout, { end: false });
        else await pipeline(Readable.fromWeb(answer.body), createWriteStream(file, { mode: 0o600 }));
      },
    );

  audit
    .command('verify')
    .description(
      'Read all of it over: whether it is intact, or which row was changed, added or removed first',
    )
    .addOption(urlOption())
    .action(async ({ url }: { url: string }) => {
      const { intact, rows, days, root, tampering } = await apiAt(url).audit.verify();
      if (intact) {
        console.log(`Intact: ${rows} rows, ${days} sealed days, root ${root}`);
        return;
      }
      const where = [tampering?.day, tampering?.place && `place ${tampering.place}`]
        .filter(Boolean)
        .join(', ');
      console.log(`NOT intact: ${tampering?.what}${where ? ` (${where})` : ''}: ${tampering?.message}`);
      process.exitCode = 1;
    });

  audit
    .command('seals')
    .description('The seals of all days that are over')
    .addOption(outputOption())
    .addOption(urlOption())
    .action(async ({ url, output }: Printed) => {
      print((await apiAt(url).audit.seals()).items, output, {
        DAY: ({ day }) => day,
        ROWS: ({ firstPlace, lastPlace }) => String(lastPlace - firstPlace + 1),
        ROOT: ({ root }) => root,
        DROPPED: ({ droppedAt }) => droppedAt,
      });
    });

  audit
    .command('erase')
    .description(
      'Forget a person: their names and addresses in the audit cannot be read any more, by anybody',
    )
    .argument('<subject>', 'user name, subject, <issuer>|<subject>, external id, e-mail or IP address')
    .addOption(urlOption())
    .action(async (id: string, { url }: { url: string }) => {
      const { persons } = await apiAt(url).audit.erase({ params: { id } });
      console.log(persons === 1 ? 'One person is forgotten.' : `${persons} persons are forgotten.`);
    });
}

interface Printed {
  output: Format;
  url: string;
}

const withFilters = (command: Command): Command =>
  command
    .option('--who <name>', 'user name, subject, <issuer>|<subject>, or e-mail address')
    .option('--operation <id>', 'such as sessions.book')
    .addOption(new Option('--outcome <outcome>', 'how it came out').choices([...AUDIT_OUTCOMES]))
    .option('--kind <kind>', 'kind of the resource, such as session')
    .option('--resource <id>', 'its id')
    .option('--from <time>', 'not before, UTC ISO 8601')
    .option('--to <time>', 'before')
    .option('--text <text>', 'anywhere in the entry');

function queryOf({ resource, who, operation, outcome, kind, from, to, text }: Filters) {
  const all = { who, operation, outcome, kind, resourceId: resource, from, to, text };
  return Object.fromEntries(
    Object.entries(all).filter((one): one is [string, string] => one[1] !== undefined),
  );
}

/** As many as there are, page by page. */
async function found(url: string, filters: Filters, limit: number): Promise<AuditEntry[]> {
  const api = apiAt(url);
  const entries: AuditEntry[] = [];
  let cursor: string | undefined;
  do {
    const query = { ...queryOf(filters), limit: Math.min(limit - entries.length, 1_000), cursor };
    const page = await api.audit.list({ query });
    entries.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined && entries.length < limit);
  return entries;
}

const COLUMNS: Columns<AuditEntry> = {
  AT: ({ at }) => at,
  WHO: ({ actor }) => actor.username ?? actor.subject,
  FROM: ({ actor }) => actor.address,
  OPERATION: ({ operation }) => operation,
  RESOURCE: ({ resource }) => resource && `${resource.kind}/${resource.id}`,
  OUTCOME: ({ outcome, refusal, times }) =>
    `${outcome}${refusal ? ` ${refusal.code}` : ''}${times ? ` ×${times}` : ''}`,
  CHANGED: ({ differences }) =>
    differences
      ?.slice(0, 3)
      .map(({ field }) => field)
      .join(' '),
  REASON: ({ reason }) => reason,
};
