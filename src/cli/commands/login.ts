import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Command } from 'commander';
import { apiAt } from '../api.ts';
import { ask, askSecret } from '../credentials/ask.ts';
import { openKeptTokens } from '../credentials/kept-tokens.ts';
import { type GivenToken, logIn } from '../credentials/log-in.ts';
import { urlOption } from './options.ts';

/** Adds `login`, `logout` and `whoami`. */
export function addLoginCommands(program: Command): void {
  program
    .command('login')
    .description('Log in; the token is kept for the commands that follow')
    .option('-u, --username <name>', 'who; asked for where absent')
    .option('--token', 'keep a token from elsewhere, such as an access token, in place of a password')
    .addOption(urlOption())
    .action(async (options: LoginOptions) => login(options));

  program
    .command('logout')
    .description('Forget the token of this terminal')
    .addOption(urlOption())
    .action(async ({ url }: { url: string }) => {
      const was = openKeptTokens(process.env).remove(url);
      console.log(was ? `Logged out of ${url}` : `Nobody was logged in to ${url}`);
    });

  program
    .command('whoami')
    .description('Say who the control plane takes you for')
    .addOption(urlOption())
    .action(async ({ url }: { url: string }) => {
      const { username, roles, department } = await apiAt(url).auth.user();
      console.log(`${username} (${roles.join(', ')})${department ? `, ${department}` : ''}`);
    });
}

interface LoginOptions {
  username?: string;
  token?: boolean;
  url: string;
}

/** Secrets are typed or come by standard input: arguments are for everybody on the machine to read. */
async function login(options: LoginOptions): Promise<void> {
  const { url } = options;
  const { token, expiresInSeconds } = options.token
    ? { token: (await askSecret('Token: ')).trim(), expiresInSeconds: undefined }
    : await byPassword(options);
  if (token === '') throw new Refusal('invalid', 'no token was given');
  const { username } = await apiAt(url, token).auth.user();
  const expiresAt = expiresInSeconds === undefined ? undefined : systemClock.now() + expiresInSeconds * 1_000;
  const kept = openKeptTokens(process.env);
  kept.put(url, { token, username, ...(expiresAt === undefined ? {} : { expiresAt }) });
  console.log(`Logged in to ${url} as ${username}`);
  if (process.env['LCM_TOKEN']) console.error('LCM_TOKEN is set: commands use that token instead.');
}

async function byPassword({ url, username }: LoginOptions): Promise<GivenToken> {
  const name = username ?? (await ask('Username: '));
  return logIn(url, { username: name.trim(), password: await askSecret('Password: ') });
}
