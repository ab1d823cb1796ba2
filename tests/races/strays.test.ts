import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { seedDefinitions } from '@lcm/cli/seeds/seed-definitions.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Random } from '@lcm/core/spi/random.ts';
import type { LabletDependencies } from '@lcm/lablet-controller/dependencies.ts';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type Lablets, startLablets } from '../e2e/lablet/lablet.fixture.ts';
import { quantile, report } from './figures.ts';
import { contradictions } from './log-judge.ts';
import { type Stray, straysOf } from './strays.ts';

const seed = (await seedDefinitions()).find(({ name }) => name === 'static-routing-basics');
/** Sessions of each kind by their seeds, `LCM_STRAY_RUNS` for so many; in 12 and 25 an LDS session once stayed. */
const MANY = Number(process.env['LCM_STRAY_RUNS'] ?? 0);
const SEEDS = MANY > 0 ? Array.from({ length: MANY }, (_, run) => run + 1) : [1, 2, 12, 25];
const MINUTE = 60_000;

/**
 * When the product gives a call up, and by when the call has come to something or never will (`wipe-lab.ts`,
 * `deregister-lds.ts`), milliseconds after it was sent.
 */
const LDS = { givenUpMs: 30_000, settledMs: 59_000 };
const IMPORT = { givenUpMs: 120_000, settledMs: 149_000 };
/** Most that a stray may live: it comes late, and whoever tears down looks for it when that time is over. */
const SLOT_MS = 30 * MINUTE;
const TEARDOWN_MS = 5 * MINUTE;

describe('a lab or an LDS session whose creation is answered never, and comes late', () => {
  let on: Lablets;
  const strays: Stray[] = [];
  let sent = 0;
  afterEach(() => on.stop());
  afterAll(() => {
    const lived = (kind: string) => strays.filter((one) => one.kind === kind).map(({ livedMs }) => livedMs);
    for (const kind of ['lab', 'ldsSession'])
      report(`strays: ${kind}`, {
        sessions: 2 * SEEDS.length,
        'late or unanswered': sent,
        strays: lived(kind).length,
        'p50 s': quantile(lived(kind), 0.5) / 1_000,
        'max s': quantile(lived(kind), 1) / 1_000,
      });
  });

  const kinds: [string, number][] = ['runs its course', 'is cancelled while it is built'].flatMap((kind) =>
    SEEDS.map((run): [string, number] => [kind, run]),
  );
  it.each(kinds)('is gone when its session is over that %s: %i', { timeout: 60_000 }, async (kind, run) => {
    const random = seededRandom(run);
    on = await startLablets();
    if (!seed) throw new Error('the definition is not there');
    on.startController();
    const { id: definitionId } = await on.publish(seed);
    const workerId = await on.upWorker();
    await on.stopAll();
    on.startController(unanswered(random));
    const { id } = await on.admin.sessions.book({ body: { definitionId, durationSeconds: 1_800 } });
    const cancelAt =
      kind === 'runs its course' ? Number.POSITIVE_INFINITY : on.clock.now() + random.next() * 3 * MINUTE;
    let placements = 0;
    const live = async (): Promise<boolean> => {
      const { status, userSession, ending } = await on.session(id);
      if (status === 'PENDING' && !ending) {
        await on.release(id);
        await on.place(id, workerId, `p-${id}-${++placements}`);
      }
      if (on.clock.now() > cancelAt && !ending) await on.admin.sessions.cancel({ params: { id }, body: {} });
      if (status === 'READY' && userSession?.ldsSessionId) await on.sim(id, 'login');
      if (status === 'RUNNING') await on.sim(id, 'finish');
      if (status === 'STOPPED' || ending) await on.release(id);
      return ['ARCHIVED', 'TERMINATED', 'EXPIRED'].includes(status);
    };
    await on.until('the end', live, 90 * MINUTE);
    const over = on.clock.now();
    // Whatever was sent before the end has come by now; nobody is left who would look for it.
    await on.pass(IMPORT.settledMs);
    const left = (await on.labs.list()).filter(({ notes }) => !notes.includes('lcm:test/pool/'));
    expect(left).toEqual([]);
    expect((await on.ldsSessions(id)).filter(({ state }) => state !== 'ARCHIVED')).toEqual([]);
    expect(await contradictions(on.store)).toEqual([]);
    const purpose = (entry: { kind: string; detail: Record<string, string | number> }) => {
      if (entry.kind === 'lab') return 'the session';
      return entry.kind === 'ldsSession' ? String(entry.detail['reference']) : undefined;
    };
    const found = straysOf(on.world.ledger.all(), purpose, on.clock.now());
    strays.push(...found);
    const bound = kind === 'runs its course' ? SLOT_MS + TEARDOWN_MS : TEARDOWN_MS;
    for (const { livedMs } of found) expect(livedMs).toBeLessThanOrEqual(bound);
    for (const { kind: what, closedAt } of on.world.ledger.all())
      if (what === 'ldsSession') expect(Date.parse(closedAt ?? '')).toBeLessThanOrEqual(over);
  });

  /** Half of all creations go unanswered; of these, most come late, some even after they were given up. */
  function unanswered(random: Random): Partial<LabletDependencies> {
    const whole = on.dependenciesOn((ask) => ask, on.bus);
    const late = async <T>(ask: () => Promise<T>, times: typeof LDS): Promise<T> => {
      if (random.next() < 0.5) return ask();
      sent += 1;
      const effectMs = random.next() * times.settledMs;
      on.clock.after(effectMs, () => {
        ask().catch((error: unknown) => on.problems.push(`a late effect failed: ${String(error)}`));
      });
      await on.clock.sleep(times.givenUpMs);
      throw new Refusal('unavailable', `no answer within ${times.givenUpMs} ms`);
    };
    const { lds, cml } = whole;
    return {
      ...whole,
      cml: (url) => {
        const { labs, system } = cml(url);
        return { system, labs: { ...labs, import: (topology) => late(() => labs.import(topology), IMPORT) } };
      },
      ...(lds ? { lds: { ...lds, create: (wish) => late(() => lds.create(wish), LDS) } } : {}),
    };
  }
});
