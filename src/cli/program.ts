import { Command, CommanderError } from 'commander';
import { addAccountsCommand } from './commands/accounts.ts';
import { addAuditCommand } from './commands/audit.ts';
import { addConfigCommand } from './commands/config.ts';
import { addLoginCommands } from './commands/login.ts';
import { percent, wholeNumber } from './commands/options.ts';
import { addReadCommands } from './commands/read-commands.ts';
import { addSecretsCommand } from './commands/secrets.ts';
import { addServiceAccountsCommand } from './commands/service-accounts.ts';
import { addSettingsCommand } from './commands/settings.ts';
import { addVersionCommand } from './commands/version.ts';
import { addWatchCommand } from './commands/watch.ts';
import { addWriteCommands } from './commands/write-commands.ts';
import { EXIT, explainFailure } from './failure.ts';

const program = new Command('lcm')
  .description('Lablet Cloud Manager: run it, and use it.')
  .showHelpAfterError('Run `lcm --help` to see what there is.')
  .configureHelp({ sortSubcommands: false })
  // An option after a subcommand is the subcommand's, though its parent has one of that name.
  .enablePositionalOptions()
  .exitOverride();

// What runs the system is loaded only when it is asked for: a client command should be quick.
program
  .command('up')
  .description('Run everything in one process, on http://localhost:8020')
  .action(async () => (await import('./commands/up.ts')).up());
program
  .command('demo')
  .description('Book sessions and follow them from booking to score')
  .option('--keep', 'keep the data folder of the demo')
  .option('--faults <percent>', 'let so much of everything in the simulated world go wrong', percent)
  .option('--seed <n>', 'with --faults: what goes wrong follows from it (1)', wholeNumber)
  .action(async (options: { keep?: boolean; faults?: number; seed?: number }) =>
    (await import('./demo/demo.ts')).demo(options),
  );
if (process.argv[2] === 'simulator' || process.argv.includes('--help') || process.argv.length === 2) {
  (await import('./commands/simulator.ts')).addSimulatorCommand(program);
}
addLoginCommands(program);
addReadCommands(program);
addWriteCommands(program);
addWatchCommand(program);
addAuditCommand(program);
addConfigCommand(program);
addAccountsCommand(program);
addServiceAccountsCommand(program);
addSettingsCommand(program);
addSecretsCommand(program);
addVersionCommand(program);
program.addHelpText(
  'after',
  '\nExit status: 0 done, 1 failed, 2 wrong use, 3 not found, 4 refused, 5 not reachable.\nConfiguration: environment variables; see the README.',
);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT.usage;
  else process.exitCode = explainFailure(error);
}
