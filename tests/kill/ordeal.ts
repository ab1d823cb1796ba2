import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import type { SessionStatus } from '@lcm/core/domain/session-state.ts';
import { eventually, type Outside, outsideAt, SHORT_DELAYS } from '../e2e/embedded.fixture.ts';
import { endSimulator, simulatorIn } from '../e2e/process.fixture.ts';
import { type Blow, drawBlows } from './blows.ts';
import { type Books, readBooks } from './books.ts';
import { type Crowd, gatherCrowd } from './crowd.ts';
import type { Fate } from './fates.ts';
import type { Life, SlotSeconds } from './life.ts';
import { type Onlooker, openOnlooker } from './onlooker.ts';
import { setScenery } from './scenery.ts';
import { openVictim, type Start, type Victim } from './victim.ts';

/** What is to be gone through. */
export interface OrdealPlan {
  dataDir: string;
  /** Decides fates and moments. */
  seed: number;
  kills: number;
  /** At least so many are under way whenever it is killed. */
  sessions: number;
  slotSeconds: SlotSeconds;
  /** Which fates come up again when each has come up once; all where absent. */
  refill?: (fate: Fate) => boolean;
  /**
   * How long the sessions may take to come to an end after the last kill. Where an import or a reservation at LDS was
   * never answered, a teardown looks again after up to two and a half minutes.
   */
  patienceMs: number;
  tell(line: string): void;
  /** Rejects when somebody has had enough; everything is ended then. */
  cutShort?: Promise<never>;
}

/** One kill as it went. */
export interface Kill {
  /** Wall-clock time in milliseconds since the epoch. */
  at: number;
  /** Whether it was starting at that moment. */
  starting: boolean;
  underWay: ReadonlyMap<SessionStatus, number>;
}

/** Everything that is to be judged. */
export interface Ordeal {
  plan: OrdealPlan;
  lives: readonly Life[];
  kills: readonly Kill[];
  starts: readonly Start[];
  books: Books;
  exitStatus: number | NodeJS.Signals;
  seconds: number;
}

/** How long the fleet may take to drain: workers are idle for a moment, give back their licences, and go. */
const DRAIN_MS = 90_000;
/** Sessions beyond those that are wanted, so that one that ends does not hold up the next kill. */
const SPARE = 4;
/** The crowd swells and shrinks again by as many every so many kills: the fleet has to follow. */
const [SWELL, SWELL_KILLS] = [10, 10];

/** Puts the system through it: kills while a crowd is kept up, then no more bookings, until nothing is left. */
export async function goThrough(plan: OrdealPlan): Promise<Ordeal> {
  const victim = await openVictim(plan.dataDir);
  const closing = new AbortController();
  const onlooker = openOnlooker(victim.api);
  try {
    const played = play(plan, { victim, onlooker, closing: closing.signal });
    return await (plan.cutShort ? Promise.race([played, plan.cutShort]) : played);
  } finally {
    closing.abort(new Error('the play is over'));
    await onlooker.stop();
    await victim.kill().catch(() => {}); // it has stopped in order
    await endSimulator(plan.dataDir);
  }
}

interface Company {
  victim: Victim;
  onlooker: Onlooker;
  closing: AbortSignal;
}

async function play(plan: OrdealPlan, { victim, onlooker, closing }: Company): Promise<Ordeal> {
  const began = systemClock.monotonic();
  const random = seededRandom(plan.seed);
  const blows = drawBlows(random, plan.kills);
  await victim.start();
  const outside = outsideAt(simulatorIn(plan.dataDir)?.url ?? '');
  await outside.setDelays({ ...SHORT_DELAYS, nodeBootMs: 1_000, labStopMs: 500, gradingMs: 1_000 });
  await setScenery(victim.api);
  const kills: Kill[] = [];
  const swollen = () => plan.kills > SWELL_KILLS && Math.floor(kills.length / SWELL_KILLS) % 2 === 1;
  const size = () => plan.sessions + SPARE + (swollen() ? SWELL : 0);
  const { slotSeconds, refill } = plan;
  const theatre = { api: victim.api, outside, onlooker, closing };
  const crowd = gatherCrowd(theatre, { size, random, slotSeconds, refill });
  for (const blow of blows) await strike(blow, { plan, victim, onlooker, kills });
  crowd.send();
  await untilOver(plan, crowd, onlooker);
  await untilDrained(victim, outside);
  const world = { ledger: await outside.ledger(), instances: await outside.instances() };
  const exitStatus = await victim.stop();
  const books = await readBooks(plan.dataDir, world);
  const seconds = (systemClock.monotonic() - began) / 1_000;
  return { plan, lives: crowd.lives, kills, starts: victim.starts, books, exitStatus, seconds };
}

interface Scene {
  plan: OrdealPlan;
  victim: Victim;
  onlooker: Onlooker;
  kills: Kill[];
}

const total = (underWay: ReadonlyMap<SessionStatus, number>) =>
  [...underWay.values()].reduce((sum, count) => sum + count, 0);

async function strike(blow: Blow, { plan, victim, onlooker, kills }: Scene): Promise<void> {
  const note = (starting: boolean) =>
    kills.push({ at: systemClock.now(), starting, underWay: onlooker.underWay() });
  await systemClock.sleep(blow.afterMs);
  await eventually('enough sessions under way', async () => total(onlooker.underWay()) >= plan.sessions);
  note(false);
  await victim.kill();
  await systemClock.sleep(blow.outageMs);
  for (const start of blow.starts) {
    const ran = await victim.killStarting(start.afterMs);
    note(!ran);
    await systemClock.sleep(start.outageMs);
  }
  await victim.start();
  const underWay = onlooker.underWay();
  const { runsMs = 0 } = victim.starts.at(-1) ?? {};
  const statuses = [...underWay].map(([status, count]) => `${count} ${status}`).join(', ');
  plan.tell(
    `kill ${kills.length} of ${plan.kills}: back after ${Math.round(runsMs)} ms; ${total(underWay)} sessions under way: ${statuses}`,
  );
}

async function untilOver(plan: OrdealPlan, crowd: Crowd, onlooker: Onlooker): Promise<void> {
  plan.tell('No more kills, no more bookings. Waiting for the sessions to end …');
  let over = false;
  void crowd.over.then(() => {
    over = true;
  });
  const rest = () => [...onlooker.underWay()].map(([status, count]) => `${count} ${status}`).join(', ');
  // Who has not come to an end by then is told by the judge.
  await eventually('the sessions to end', async () => over, plan.patienceMs).catch(() =>
    plan.tell(`left: ${rest()}`),
  );
  plan.tell('Waiting for the fleet to drain …');
}

/** What has not gone by then is told by the judge. */
async function untilDrained({ api }: Victim, outside: Outside): Promise<void> {
  const drained = async () => {
    const { items } = await api.workers.list({ query: { limit: 500 } });
    const gone = items.every(({ status }) => status === 'TERMINATED');
    return gone && (await outside.ledger()).open.length === 0;
  };
  await eventually('the fleet to drain', drained, DRAIN_MS).catch(() => {});
}
