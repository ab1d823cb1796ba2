import type { Command } from 'commander';
import type { SecretsRotated } from '../compose/rotate-secrets.ts';
import { readConfig } from '../config.ts';

/** Adds `secrets`. */
export function addSecretsCommand(program: Command): void {
  program
    .command('secrets')
    .description('What the database keeps sealed')
    .command('rotate')
    .description(
      'Seal everything anew with another key, while the system does not run; begun again, it goes on where it stopped',
    )
    .action(async () => {
      const { rotateSecrets } = await import('../compose/rotate-secrets.ts');
      const done = await rotateSecrets(readConfig(process.env), process.env);
      console.log(reportOf(done));
      if (done.failed.size > 0 || done.overtaken > 0) process.exitCode = 1;
    });
}

/** What was done, what could not be, and what is left to do. */
export function reportOf({
  keyId,
  resealed,
  current,
  overtaken,
  failed,
  retired,
  areOwn,
}: SecretsRotated): string {
  const lines = [`${resealed} sealed anew with key ${keyId}, ${current} were before.`];
  if (overtaken > 0) lines.push(`${overtaken} were written meanwhile: run it again.`);
  for (const [place, why] of [...failed].slice(0, MOST_SHOWN)) lines.push(`NOT opened: ${place}: ${why}`);
  if (failed.size > MOST_SHOWN) lines.push(`… and ${failed.size - MOST_SHOWN} more.`);
  if (retired.length > 0) {
    const keys = retired.join(', ');
    lines.push(
      areOwn
        ? `Keys that nothing needs any more are gone: ${keys}. They still open copies of the data from before.`
        : `Nothing needs these keys any more, take them out of LCM_SECRET_KEY: ${keys}.`,
    );
  }
  return lines.join('\n');
}

/** Problems that are listed; many have one cause. */
const MOST_SHOWN = 10;
