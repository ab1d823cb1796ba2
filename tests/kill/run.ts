import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { goThrough } from './ordeal.ts';
import { faultsOf, reportOf } from './report.ts';

// `make kill-test [SEED=…] [KILLS=…] [SESSIONS=…]`: kills the embedded system so often while so many sessions are
// under way, tells what became of everything, and ends with 1 and the data folder kept where that is not right.

const number = (name: string, otherwise: number): number => {
  const text = process.env[name];
  if (!text) return otherwise;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`${name}=${text} is no whole number`);
};
const seed = number('SEED', 1);
const kills = number('KILLS', 50);
const sessions = number('SESSIONS', 20);
const dataDir = mkdtempSync(join(tmpdir(), 'lcm-kill-'));
const again = `make kill-test SEED=${seed} KILLS=${kills} SESSIONS=${sessions}`;

console.log(`${again}\nIts data is in ${dataDir}.`);
const ordeal = await goThrough({
  dataDir,
  seed,
  kills,
  sessions,
  slotSeconds: { long: 900, short: 30 },
  patienceMs: 300_000,
  tell: (line) => console.log(line),
});
const faults = faultsOf(ordeal);
console.log(`\n${reportOf(ordeal)}\n`);
for (const fault of faults) console.log(fault);
if (faults.length > 0) {
  console.log(`KILL TEST FAILED: ${faults.length} faults. The data is in ${dataDir}. Repeat: ${again}`);
  process.exitCode = 1;
} else {
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 10 });
  console.log('KILL TEST OK');
}
