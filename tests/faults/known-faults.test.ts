import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { INTERFACES } from './known/interfaces.ts';
import type { KnownFault } from './known/known-fault.ts';
import { LABS } from './known/labs.ts';
import { RUNTIME_AND_SCHEDULING } from './known/runtime-and-scheduling.ts';
import { STATE_AND_CONSISTENCY } from './known/state-and-consistency.ts';
import { WORKERS } from './known/workers.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const KNOWN: readonly KnownFault[] = [
  ...STATE_AND_CONSISTENCY,
  ...INTERFACES,
  ...RUNTIME_AND_SCHEDULING,
  ...WORKERS,
  ...LABS,
];

/** Full titles by file, as the test runner finds them without running anything. */
let titles: ReadonlyMap<string, ReadonlySet<string>>;
beforeAll(async () => {
  const files = new Set(KNOWN.flatMap(({ tests = {} }) => Object.keys(tests)));
  titles = await titlesIn([...files].filter((file) => existsSync(`${ROOT}${file}`)));
}, 60_000);

describe.each(KNOWN)('the fault $id', ({ id, tests = {}, cannotBe, gates = [] }) => {
  it('would be noticed, or cannot be here', () => {
    expect(Object.keys(tests).length > 0 || cannotBe !== undefined).toBe(true);
    expect(KNOWN.filter((one) => one.id === id)).toHaveLength(1);
  });

  it('is watched for by tests and checks that are there', () => {
    const missing = Object.entries(tests).flatMap(([file, wanted]) =>
      wanted.filter((title) => !titles.get(file)?.has(title)).map((title) => `${file}: ${title}`),
    );
    expect(missing).toEqual([]);
    expect(gates.filter((gate) => !(gate in scripts()))).toEqual([]);
  });
});

it('are all on one page, docs/known-faults.md; `vitest -u` writes it anew', async () => {
  await expect(page()).toMatchFileSnapshot(`${ROOT}docs/known-faults.md`);
});

/** The list for people to read. */
function page(): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const rows = KNOWN.map(({ id, fault, tests = {}, gates = [], cannotBe }) => {
    const watches = Object.entries(tests).map(([file, titles]) => `${file}: ${titles.join('; ')}`);
    const why = [cannotBe ?? [], gates.map((gate) => `npm run ${gate}`)].flat();
    return `| ${id} | ${cell(fault)} | ${cell([...watches, ...why].join('<br>'))} |`;
  });
  return `${PREFACE}${rows.join('\n')}\n`;
}

const PREFACE = `# Known faults, and what watches for them

Faults of the system that this one takes the place of, each with the tests by which it would be noticed here, or why
it cannot be. Made from \`tests/faults/known/\`.

| fault | what | watched for by |
|---|---|---|
`;

async function titlesIn(files: readonly string[]): Promise<Map<string, Set<string>>> {
  const vitest = fileURLToPath(new URL('../../node_modules/.bin/vitest', import.meta.url));
  // Flags come last: a path after one would be taken for its value.
  const list = ['list', ...files, '--static-parse', '--json'];
  const { stdout } = await promisify(execFile)(vitest, list, { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 });
  const found = new Map<string, Set<string>>();
  for (const { name, file } of listed.parse(JSON.parse(stdout))) {
    const path = relative(ROOT, file);
    found.set(path, (found.get(path) ?? new Set()).add(name));
  }
  return found;
}

const listed = z.array(z.looseObject({ name: z.string(), file: z.string() }));

function scripts(): Record<string, unknown> {
  const manifest = z.looseObject({ scripts: z.record(z.string(), z.string()) });
  return manifest.parse(JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'))).scripts;
}
