import { expect, it } from 'vitest';
import { temporaryFolder } from '../e2e/embedded.fixture.ts';
import { goThrough } from './ordeal.ts';
import { faultsOf, reportOf } from './report.ts';

/** Of real time, on a machine that is busy with other things. */
const PATIENCE_MS = 300_000;

/** The short form of `make kill-test`, which kills fifty times and prints what it saw. */
it('killed five times with twenty sessions under way, the system ends each right, and doubles and leaves nothing', {
  timeout: PATIENCE_MS,
}, async ({ onTestFinished }) => {
  const folder = temporaryFolder('kill');
  onTestFinished(() => folder.remove());
  const ordeal = await goThrough({
    dataDir: folder.path,
    seed: Number(process.env['LCM_KILL_SEED'] ?? 5),
    kills: 5,
    sessions: 20,
    slotSeconds: { long: 900, short: 20 },
    // Slots that are used to their end take their time: once each is enough here.
    refill: ({ slot }) => slot === 'long',
    patienceMs: 180_000,
    tell: () => {},
  });
  expect(faultsOf(ordeal), reportOf(ordeal)).toEqual([]);
});
