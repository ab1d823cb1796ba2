import type { Command } from 'commander';
import { apiAt } from '../api.ts';
import { type Format, print, printOne } from '../output/format.ts';
import { table } from '../output/table.ts';
import { KIND_NAMES, kindNamed } from './kinds.ts';
import { outputOption, urlOption } from './options.ts';

/** Adds `get`, `describe` and `explain`. */
export function addReadCommands(program: Command): void {
  program
    .command('get')
    .description('List resources of a kind, or show one')
    .argument('<kind>', KIND_NAMES.join(', '))
    .argument('[id]', 'only this one')
    .option('-s, --status <status>', 'only those in these states, comma-separated')
    .addOption(outputOption())
    .addOption(urlOption())
    .action(
      async (
        kind: string,
        id: string | undefined,
        { status, output, url }: { status?: string; output: Format; url: string },
      ) => {
        const listed = kindNamed(kind);
        const api = apiAt(url);
        if (id) {
          const one = await listed.get(api, id);
          if (output === 'table') print([one] as never[], output, listed.columns);
          else printOne(one, output);
          return;
        }
        const page = await listed.list(api, status ? { status } : {});
        print(page.items as never[], output, listed.columns);
        if (page.nextCursor && output === 'table') console.error('There are more than are shown.');
      },
    );

  program
    .command('describe')
    .description('Show everything about one resource')
    .argument('<kind>', KIND_NAMES.join(', '))
    .argument('<id>')
    .addOption(outputOption('yaml'))
    .addOption(urlOption())
    .action(async (kind: string, id: string, { output, url }: { output: Format; url: string }) => {
      printOne(await kindNamed(kind).get(apiAt(url), id), output);
    });

  program
    .command('explain')
    .description('Say why a session is where it is, with the verdict on every worker')
    .argument('<session>', 'id of the session')
    .addOption(outputOption())
    .addOption(urlOption())
    .action(async (id: string, { output, url }: { output: Format; url: string }) => {
      const explained = await apiAt(url).sessions.explain({ params: { id } });
      if (output !== 'table') {
        printOne(explained, output);
        return;
      }
      const { standing, decision, workers, template } = explained;
      if (standing?.reason) console.log(`${standing.reason.code}: ${standing.reason.message}`);
      if (standing?.queuePlace) console.log(`Place ${standing.queuePlace} in the queue`);
      if (standing?.readyEstimate) console.log(`Ready about ${standing.readyEstimate}`);
      console.log(
        `Decision at ${decision.decidedAt}: ${decision.outcome}${decision.winner ? ` on ${decision.winner.workerId}` : ''}`,
      );
      if (template)
        console.log(`A worker of template ${template.name} would be made ($${template.costPerHourUsd}/h)`);
      const rows = workers.map(({ workerName, fits, score, filter, message }) => [
        workerName,
        fits ? 'fits' : 'no',
        score?.toFixed(3) ?? '',
        filter ?? '',
        message ?? '',
      ]);
      if (rows.length > 0) console.log(`\n${table([['WORKER', 'FITS', 'SCORE', 'FILTER', 'WHY'], ...rows])}`);
    });
}
