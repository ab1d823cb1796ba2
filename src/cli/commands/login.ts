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
    .description('End the token of this terminal, and forget it')
    .addOption(urlOption())
    .action(async ({ url }: { url: string }) => logout(url));

  program
    .command('whoami')
    .description('Say who the control plane takes you for')
    .addOption(urlOption())
    .action(async ({ url }: { url: string }) => {
      const { username, roles, department } = await apiAt(url).auth.user();
      console.log(`${username} (${roles.join(', ')})${department ? `, ${department}` : ''}`);
    });
}

async function logout(url: string): Promise<void> {
  const kept = openKeptTokens(process.env);
  const was = kept.get(url, systemClock.now());
  if (!kept.remove(url)) return console.log(`Nobody was logged in to ${url}`);
  console.log(`Logged out of ${url}`);
  if (!was) return;
  try {
    await apiAt(url, was.token).auth.endToken();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    // One that has ended has nothing left to end; access tokens are meant to outlive a terminal.
    const over = error.code === 'unauthenticated' || error.code === 'notFound';
    if (!over) console.error(`The token is forgotten here, but could not be ended: ${error.message}`);
  }
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
