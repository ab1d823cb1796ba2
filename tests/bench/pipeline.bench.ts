import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import type { SessionView } from '@lcm/core/api/sessions.ts';
import type { BenchOptions, Measured } from './measured.ts';
import { breakdownOf } from './pipeline-breakdown.ts';
import { median, nowMs, percentile } from './statistics.ts';
import { type SystemProcess, startSystem } from './system-process.ts';

export const names = ['pipeline-overhead-p50', 'pipeline-overhead-p95'];

const DEFINITION = 'static-routing-basics';
const PATIENCE_MS = 120_000;

/**
 * What the system itself costs from PENDING to READY: one session after the other on a worker that runs, with every delay of the
 * simulated world at zero, by the times on the session. BENCH_DETAIL=1 says what each step costs.
 */
export async function measure({ short }: BenchOptions): Promise<Measured[]> {
  const sessions = short ? 2 : 30;
  await using system = await startSystem();
  await system.runsAt;
  await system.withoutDelays();
  await untilBookable(system);
  // The first waits for its worker.
  await untilReady(system);
  const ready: SessionView[] = [];
  for (let number = 0; number < sessions; number++) ready.push(await untilReady(system));
  if (process.env['BENCH_DETAIL'] === '1') console.error(breakdownOf(ready));
  const overheads = ready.map(({ createdAt, readyAt = '' }) => Date.parse(readyAt) - Date.parse(createdAt));
  const note = `${sessions} sessions of ${DEFINITION}`;
  return [
    { name: 'pipeline-overhead-p50', value: median(overheads), unit: 'ms', note },
    { name: 'pipeline-overhead-p95', value: percentile(overheads, 0.95), unit: 'ms', note },
  ];
}

async function untilBookable({ api }: SystemProcess): Promise<void> {
  await patiently(`${DEFINITION} to be ACTIVE`, async () => {
    const { items } = await api.definitions.list({ query: { name: DEFINITION, status: 'ACTIVE' } });
    return items[0];
  });
}

/** Books a session that begins now; it, as soon as it is READY. */
async function untilReady({ api }: SystemProcess): Promise<SessionView> {
  const { id } = await api.sessions.book({
    body: { definition: { name: DEFINITION }, durationSeconds: 1_800 },
  });
  return patiently('a session to be READY', async () => {
    const session = await api.sessions.get({ params: { id } });
    refuseEnded(session);
    return session.status === 'READY' ? session : undefined;
  });
}

function refuseEnded({ id, status, ending }: SessionView): void {
  if (ending) throw new Error(`session ${id} is ${status}: ${ending.reason}`);
}

async function patiently<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = nowMs() + PATIENCE_MS;
  while (nowMs() < deadline) {
    const found = await look();
    if (found !== undefined) return found;
    await systemClock.sleep(50);
  }
  throw new Error(`waited for ${what} in vain`);
}
