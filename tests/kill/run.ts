import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { untilAskedToStop } from '@lcm/cli/signals.ts';
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
const plan = {
  seed: number('SEED', 1),
  kills: number('KILLS', 50),
  sessions: number('SESSIONS', 20),
  dataDir: mkdtempSync(join(tmpdir(), 'lcm-kill-')),
  slotSeconds: { long: 900, short: 30 },
  patienceMs: 300_000,
  tell: (line: string) => console.log(line),
  cutShort: untilAskedToStop().then(() => {
    throw new Error('it was cut short');
  }),
};
const again = `make kill-test SEED=${plan.seed} KILLS=${plan.kills} SESSIONS=${plan.sessions}`;
console.log(`${again}\nIts data is in ${plan.dataDir}.`);
try {
  const ordeal = await goThrough(plan);
  const faults = faultsOf(ordeal);
  console.log(`\n${reportOf(ordeal)}\n`);
  for (const fault of faults) console.log(fault);
  if (faults.length > 0) throw new Error(`${faults.length} faults`);
  rmSync(plan.dataDir, { recursive: true, force: true, maxRetries: 10 });
  console.log('KILL TEST OK');
} catch (error) {
  console.log(`KILL TEST FAILED: ${error instanceof Error ? error.message : String(error)}`);
  console.log(`The data is in ${plan.dataDir}. Repeat: ${again}`);
  // What was still being played would go on.
  process.exit(1);
}
