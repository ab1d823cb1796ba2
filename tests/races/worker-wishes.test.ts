import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Admission, WorkerLedger } from '@lcm/core/domain/worker-ledger.ts';
import type { Worker, WorkerStatus } from '@lcm/core/domain/worker-state.ts';
import { describe, expect, it } from 'vitest';
import { report } from './figures.ts';
import { overCommitments } from './ledger-judge.ts';
import { contradictions } from './log-judge.ts';
import { place, startReplicas } from './planes.ts';
import { STORES } from './stores.ts';

/** Workers raced over; `LCM_RACE_RUNS` for more. */
const RUNS = 5 * Number(process.env['LCM_RACE_RUNS'] ?? 6);
const WISHES = ['drain', 'undrain', 'stop', 'start', 'terminate'] as const;

/** What a ledger may be where a worker has come to rest; others take no part in placements. */
const RIGHT: Partial<Record<WorkerStatus, readonly Admission[]>> = {
  RUNNING: ['open'],
  DRAINING: ['draining', 'closed'],
  STOPPING: ['closed'],
  TERMINATING: ['closed'],
};

describe.each(STORES)('wishes to one worker through two replicas at once, on %s', (name, open) => {
  it('leave its ledger open where it serves and closed where it goes', async () => {
    const store = await open();
    const on = await startReplicas(store, 2);
    await on.scene.definition();
    const found: string[] = [];
    let granted = 0;
    await on.admin.settings.change({ body: { maxWorkersPerRegion: RUNS } });
    const workers = await on.scene.workers(RUNS);
    for (const [run, id] of workers.entries()) {
      const random = seededRandom(run + 1);
      await on.scene.run(id);
      const session = await on.scene.book(2);
      const wishes = Array.from(
        { length: 4 },
        () => WISHES[Math.floor(random.next() * WISHES.length)] ?? 'drain',
      );
      const asked = wishes.map(async (wish, index) => {
        try {
          await (on.replicas[index % 2] ?? on).admin.workers[wish]({ params: { id }, body: {} });
          granted += 1;
        } catch (refusal) {
          if (!(refusal instanceof Refusal)) throw refusal;
          expect(['conflict', 'illegalTransition', 'staleVersion']).toContain(refusal.code);
        }
      });
      await Promise.all([...asked, place(on, session.id, id, `p-${run}`)]);
      const worker = await store.load<Worker>('worker', id);
      const ledger = await store.load<WorkerLedger>('worker-ledger', id);
      if (!worker || !ledger) throw new Error(`worker ${id} is not there`);
      const right = RIGHT[worker.state.status] ?? [ledger.state.admission];
      if (!right.includes(ledger.state.admission))
        found.push(
          `${wishes.join('+')}: ${worker.state.status} with a ledger that is ${ledger.state.admission}`,
        );
    }
    expect(found).toEqual([]);
    expect(await overCommitments(store)).toEqual([]);
    expect(await contradictions(store)).toEqual([]);
    report(`workers on ${name}`, { workers: RUNS, wishes: RUNS * 4, granted });
  });
});
