import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { boundHeap } from '@lcm/adapters/v8/heap-bounds.ts';
import { demoAccountsOn } from '../compose/demo-accounts.ts';
import { startEmbedded } from '../compose/embedded.ts';
import { type Config, readConfig } from '../config.ts';
import { untilAskedToStop } from '../signals.ts';

/** Runs everything in one process until it is asked to stop. */
export async function up(): Promise<void> {
  boundHeap();
  const config = readConfig(process.env);
  const system = await startEmbedded(config);
  const built = existsSync(fileURLToPath(new URL('../../../build/ui/index.html', import.meta.url)));
  console.log(`
Lablet Cloud Manager runs.

  Page   ${system.url}${built ? '' : '   (not built yet: npm run build:ui)'}
  API    ${system.url}/api/docs
${signInLines(config)}  Try    npm run lcm -- login
         npm run lcm -- get definitions
         npm run lcm -- book static-routing-basics --minutes 5
         npm run lcm -- watch

Its data is in ${config.dataDir}. Stop it with Ctrl-C.
`);
  await untilAskedToStop();
  console.log('Stopping …');
  await system.stop();
}

/** Where people sign in, and as whom where the accounts of the demo are on. */
function signInLines(config: Config): string {
  if (!demoAccountsOn(config)) return '';
  return `  Login  ${DEMO_NAMES.join(', ')}; the password of each is test\n`;
}

/** One for each role. */
const DEMO_NAMES = ['admin', 'manager', 'author', 'user', 'candidate'];
