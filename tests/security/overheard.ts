import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MemoryBus } from '@lcm/adapters/memory/memory-bus.ts';
import { systemRandom } from '@lcm/adapters/random/system-random.ts';
import { vi } from 'vitest';

/** Everything that should stay a secret, by what it is, and everything that came out of the system, by where. */
export interface Overheard {
  /** Secrets by name. */
  secrets: Map<string, string>;
  /** What came out, by name; several of a name are joined. */
  said: Map<string, string>;
  keep(name: string, secret: string | undefined): void;
  say(name: string, text: string): void;
  /** Reads all files below the folder as they are on disk. */
  sayFiles(folder: string): Promise<void>;
  /** Names of secrets and of where each came out, but for what is meant to. */
  leaks(meant: ReadonlySet<string>): string[];
  stop(): void;
}

/**
 * Listens from now on: to every secret that is drawn by chance and every cookie and code that goes over the wire, to
 * what is put on the bus, and to what is printed.
 */
export function overhear(): Overheard {
  const secrets = new Map<string, string>();
  const said = new Map<string, string>();
  const say = (name: string, text: string) => void said.set(name, `${said.get(name) ?? ''}${text}\n`);
  const keep = (name: string, secret: string | undefined) => {
    if (secret !== undefined && secret.length >= SHORTEST) secrets.set(`${name} ${secrets.size}`, secret);
  };
  const { secret } = systemRandom;
  const { project } = MemoryBus.prototype;
  const web = globalThis.fetch;
  const spies = [
    vi.spyOn(systemRandom, 'secret').mockImplementation(() => {
      const drawn = secret();
      keep('drawn secret', drawn);
      return drawn;
    }),
    vi.spyOn(MemoryBus.prototype, 'project').mockImplementation(function (this: MemoryBus, ...given) {
      say('bus', JSON.stringify(given));
      return project.apply(this, given);
    }),
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (...given) => {
      const answer = await web(...given);
      for (const cookie of answer.headers.getSetCookie()) keep('cookie', /^[^=]+=([^;]*)/.exec(cookie)?.[1]);
      const { searchParams } = new URL(answer.headers.get('location') ?? '', 'http://here');
      for (const name of ['code', 'id_token_hint']) keep(name, searchParams.get(name) ?? undefined);
      return answer;
    }),
    ...(['log', 'error', 'warn', 'info'] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation((...given) => say('console', given.map(String).join(' '))),
    ),
  ];
  return {
    secrets,
    said,
    keep,
    say,
    sayFiles: async (folder) => {
      for (const { name, parentPath } of await filesBelow(folder))
        say(name, await readFile(join(parentPath, name), 'latin1'));
    },
    leaks: (meant) =>
      [...secrets].flatMap(([name, text]) =>
        [...said]
          .filter(
            ([where, all]) =>
              forms(text).some((form) => all.includes(form)) &&
              !meant.has(`${name.replace(/ \d+$/, '')} in ${where}`),
          )
          .map(([where]) => `${name} in ${where}`),
      ),
    stop: () => {
      for (const spy of spies) spy.mockRestore();
    },
  };
}

/** What is shorter is found by chance. */
const SHORTEST = 12;

/** As it is, and as it is written in URLs and in Base64. */
const forms = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
];

async function filesBelow(folder: string) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((one) => one.isFile());
}
