import type { Command } from 'commander';
import { CONFIG } from '../config.ts';
import { table } from '../output/table.ts';

/** Adds `config`. */
export function addConfigCommand(program: Command): void {
  program
    .command('config')
    .description('List every environment variable, what it is, and what holds without it')
    .option('--markdown', 'as the table of the README')
    .option('--env', 'as a file of variables')
    .action(({ markdown, env }: { markdown?: boolean; env?: boolean }) => {
      if (markdown) console.log(configMarkdown());
      else if (env) console.log(configEnvFile());
      else console.log(table([['VARIABLE', 'DEFAULT', 'WHAT IT IS'], ...rows()]));
    });
}

/** Variable, default, what it is. */
function rows(): string[][] {
  return Object.values(CONFIG).map(({ environment, schema, doc }) => {
    const standard: unknown = schema.safeParse(undefined).data;
    return [environment, standard === undefined ? '' : String(standard), doc];
  });
}

/** The table of the README. */
export function configMarkdown(): string {
  const lines = rows().map(
    ([name, standard, doc]) => `| \`${name}\` | ${standard ? `\`${standard}\`` : ''} | ${doc} |`,
  );
  return ['| Variable | Default | What it is |', '|---|---|---|', ...lines].join('\n');
}

/** `.env.example`. */
export function configEnvFile(): string {
  return rows()
    .map(([name, standard, doc]) => `# ${doc}\n${standard ? '' : '# '}${name}=${standard}`)
    .join('\n\n');
}
