import type { Command } from 'commander';
import manifest from '../../../package.json' with { type: 'json' };

/** The version of everything here: one repository, one version. */
export const VERSION = manifest.version;

/** Adds `version`. */
export function addVersionCommand(program: Command): void {
  program
    .command('version')
    .description('Print the version')
    .action(() => console.log(`lablet-cloud-manager ${VERSION}, node ${process.version}`));
}
