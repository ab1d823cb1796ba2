import { fork } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { BenchFile, Measured } from './measured.ts';
import { judge, type Result, tableOf } from './report.ts';

// `npm run bench [-- part of a name …]`: measures all, or those whose name has one of the parts in it, writes
// build/bench.json and says which goals are met. BENCH_SHORT=1 only shows that every benchmark runs.

const here = fileURLToPath(new URL('.', import.meta.url));
const build = fileURLToPath(new URL('../../build/', import.meta.url));
const short = process.env['BENCH_SHORT'] === '1';
const wanted = process.argv.slice(2);

const measured = z.array(
  z.object({
    name: z.string(),
    value: z.number(),
    unit: z.enum(['1/s', 'ms', 'MB']),
    limit: z.number().exactOptional(),
    note: z.string().exactOptional(),
  }),
);

async function runAll(): Promise<{ results: Result[]; broken: string[] }> {
  const results: Result[] = [];
  const broken: string[] = [];
  for (const file of globSync('*.bench.ts', { cwd: here }).sort()) {
    const url = pathToFileURL(here + file).href;
    const { names }: BenchFile = await import(url);
    if (wanted.length > 0 && !names.some((name) => wanted.some((part) => name.includes(part)))) continue;
    console.error(`${file} …`);
    try {
      results.push(...(await runOne(url)).map(judge));
    } catch (error) {
      console.error(error);
      broken.push(file);
    }
  }
  return { results, broken };
}

async function runOne(url: string): Promise<Measured[]> {
  const child = fork(`${here}alone.ts`, [url, short ? 'short' : 'full'], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const answer = await new Promise<unknown>((resolve, reject) => {
    child.once('message', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${url} ended with ${code} and measured nothing`)));
  });
  return measured.parse(answer);
}

const { results, broken } = await runAll();
await mkdir(build, { recursive: true });
await writeFile(`${build}bench.json`, `${JSON.stringify(results, undefined, 2)}\n`);
console.log(tableOf(results, short));
for (const file of broken) console.error(`${file} failed`);
const missed = short ? [] : results.filter(({ met }) => met === false);
if (missed.length > 0) console.log(`${missed.length} missed: ${missed.map(({ name }) => name).join(', ')}`);
process.exitCode = broken.length > 0 || missed.length > 0 ? 1 : 0;
