import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { expect, it } from 'vitest';
import { minute, workerWorld } from './world.ts';

const seeds = (process.env['LCM_CHAOS_SEEDS'] ?? '1,2').split(',').map(Number);

it.each(seeds)(
  'nothing is doubled, leaked or forgotten when calls fail and controllers die (seed %i)',
  async (seed) => {
    const chance = seededRandom(seed);
    const on = await workerWorld({ settings: { licencePools: { ENTERPRISE: 10 } } });
    const rates = { error: 0.05, resetBefore: 0.05, resetAfter: 0.1 };
    on.cloud.faults.setPlan({ seed, services: { ec2: rates, cloudwatch: rates, cml: rates } });
    let controllers = [on.start()];
    const ids: string[] = [];
    for (let step = 0; step < 12; step++) {
      if (step % 3 === 0) ids.push(await on.want());
      await on.clock.advance(minute * (0.2 + 3 * chance.next()));
      if (chance.next() < 0.5) {
        controllers.push(on.start());
        const [oldest] = controllers;
        if (oldest) await (chance.next() < 0.7 ? on.crash(oldest) : on.stop(oldest));
        controllers = controllers.slice(1);
      }
      const victim = on.alive()[0];
      if (victim && chance.next() < 0.15) on.cloud.instances.kill(victim.id);
      const perWorker = Map.groupBy(on.alive(), ({ tags }) => tags['lcm:worker_id']);
      // The one before may still be on its way out, but is never left beside a new one.
      for (const instances of perWorker.values()) expect(instances.length).toBe(1);
    }
    on.cloud.faults.setPlan({ seed, services: {} });
    await on.clock.advance(60 * minute);
    const statuses = await Promise.all(ids.map(async (id) => (await on.get(id)).status));
    expect(new Set(statuses)).toEqual(new Set(['RUNNING']));
    expect(on.alive()).toHaveLength(ids.length);

    for (const id of ids) await on.admin.workers.terminate({ params: { id }, body: {} });
    for (const id of ids) await on.until(id, 'TERMINATED');
    expect(on.open().filter((kind) => kind === 'instance')).toEqual([]);
    expect(await on.places()).toEqual([]);
    // Seats that went down with a killed instance are the only ones left; they are counted, and somebody was told.
    const lost = (await on.taskTitles()).filter((title) => title.includes('was not given back'));
    const seats = on.open().filter((kind) => kind === 'licenceSeat');
    expect((await on.seats()).length).toBe(lost.length);
    expect(seats.length).toBeLessThanOrEqual(lost.length);
  },
  120_000,
);
