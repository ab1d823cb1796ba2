import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** A token that a login has left, for the control plane at one origin. */
const keptToken = z.object({
  token: z.string(),
  username: z.string(),
  /** Milliseconds since the epoch; unknown where absent. */
  expiresAt: z.number().optional(),
});
export type KeptToken = z.infer<typeof keptToken>;

const keptTokens = z.record(z.string(), keptToken);

/** The tokens of the person at this terminal, in a file that nobody else may read. */
export interface KeptTokens {
  file: string;
  /** That for the control plane at the URL; undefined where there is none, or its time is over. @param now in ms */
  get(url: string, now: number): KeptToken | undefined;
  put(url: string, token: KeptToken): void;
  /** Whether there was one. */
  remove(url: string): boolean;
}

/** Opens them, in the user's folder for configuration (XDG Base Directory Specification). */
export function openKeptTokens(environment: Readonly<Record<string, string | undefined>>): KeptTokens {
  const folder = environment['XDG_CONFIG_HOME'] || join(environment['HOME'] || homedir(), '.config');
  const file = join(folder, 'lcm', 'tokens.json');
  return {
    file,
    get: (url, now) => {
      const kept = read(file)[originOf(url)];
      return kept && (kept.expiresAt ?? Number.POSITIVE_INFINITY) > now ? kept : undefined;
    },
    put: (url, token) => write(file, { ...read(file), [originOf(url)]: token }),
    remove: (url) => {
      const { [originOf(url)]: gone, ...others } = read(file);
      if (gone) write(file, others);
      return gone !== undefined;
    },
  };
}

const originOf = (url: string): string => new URL(url).origin;

/** What cannot be read is as if it were not there: a login writes it anew. */
function read(file: string): Record<string, KeptToken> {
  if (!existsSync(file)) return {};
  const parsed = keptTokens.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  return parsed.success ? parsed.data : {};
}

function write(file: string, tokens: Record<string, KeptToken>): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.new`;
  writeFileSync(fresh, `${JSON.stringify(tokens, undefined, 2)}\n`, { mode: 0o600 });
  // The mode above holds for a new file only.
  chmodSync(fresh, 0o600);
  renameSync(fresh, file);
}
