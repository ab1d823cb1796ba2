import { systemClock } from '@lcm/adapters/clock/system-clock.ts';
import { seededRandom } from '@lcm/adapters/random/seeded-random.ts';
import { labRecordId, sessionId, type WorkerId } from '@lcm/core/domain/ids.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { StateStore } from '@lcm/core/spi/state-store.ts';
import { describe, expect, it } from 'vitest';
import { report } from './figures.ts';
import { overCommitments, stolenPorts, unclaimed } from './ledger-judge.ts';
import { contradictions } from './log-judge.ts';
import { place, type Replica, startReplicas } from './planes.ts';
import { STORES } from './stores.ts';

const SESSIONS = 100;
const WORKERS = 4;
/** Half hours between the starts of neighbouring slots: windows overlap in part. */
const STARTS = [2, 2.5, 3];

describe.each(STORES)('a hundred placements at once through two replicas, on %s', (name, open) => {
  it('onto few workers over-commit none at any moment, and each loser is told why or has another worker', async () => {
    const store = await open();
    const on = await startReplicas(store, 2);
    await on.scene.definition();
    const workers = await on.scene.workers(WORKERS, { cpuCores: 12, memoryGb: 16 });
    const sessions = await Promise.all(
      Array.from({ length: SESSIONS }, (_, index) => on.scene.book(STARTS[index % STARTS.length] ?? 2)),
    );
    const began = systemClock.monotonic();
    const fates = await Promise.all(
      sessions.map(({ id }, index) => placeSomewhere(replicaOf(on.replicas, index), id, workers, index)),
    );
    const tookMs = Math.round(systemClock.monotonic() - began);
    expect(await overCommitments(store)).toEqual([]);
    expect(await unclaimed(store)).toEqual({ claims: [], reservations: [] });
    expect(await contradictions(store)).toEqual([]);
    const placed = fates.filter(({ won }) => won);
    expect(placed.length).toBeGreaterThan(WORKERS);
    expect(placed.length).toBeLessThan(SESSIONS);
    const reasons = fates.flatMap(({ refusals }) => refusals);
    expect(
      reasons.filter(({ code, message }) => code !== 'doesNotFit' || !/free in that time/.test(message)),
    ).toEqual([]);
    // Nothing more would have fitted: whoever lost asks again, alone, and is refused again.
    for (const [index, { won, id }] of fates.entries()) {
      if (won || index % 10 !== 0) continue;
      expect((await placeSomewhere(on, id, workers, index)).won).toBe(false);
    }
    const moved = placed.filter(({ refusals }) => refusals.length > 0).length;
    report(`placements on ${name}`, {
      placed: placed.length,
      'on another worker': moved,
      'refused everywhere': SESSIONS - placed.length,
      refusals: reasons.length,
      ms: tookMs,
    });
  });

  it('of one session by two schedulers give it one placement, and the other reserves nothing', async () => {
    const store = await open();
    const on = await startReplicas(store, 2);
    await on.scene.definition();
    const workers = await on.scene.workers(2, { cpuCores: 200, memoryGb: 500 });
    const sessions = await Promise.all(Array.from({ length: 50 }, () => on.scene.book(2)));
    const fates = await Promise.all(
      sessions.flatMap(({ id, version }) =>
        on.replicas.map((replica, number) =>
          place(replica, id, workerOf(workers, number), `p-${number}-${id}`, version),
        ),
      ),
    );
    const won = fates.filter((fate) => fate?.status === 'done').length;
    const codes = new Set(fates.flatMap((fate) => (fate?.status === 'refused' ? fate.code : [])));
    expect(won).toBe(sessions.length);
    expect([...codes].filter((code) => code !== 'conflict' && code !== 'staleVersion')).toEqual([]);
    expect(await unclaimed(store)).toEqual({ claims: [], reservations: [] });
    expect(await overCommitments(store)).toEqual([]);
    expect(await contradictions(store)).toEqual([]);
    report(`two schedulers on ${name}`, { placements: fates.length, won });
  });

  it('beside labs that come and go never give a port twice', async () => {
    const store = await open();
    const on = await startReplicas(store, 2);
    await on.scene.definition();
    const portRange = { first: 3000, last: 3049 };
    const [worker] = await on.scene.workers(1, { cpuCores: 400, memoryGb: 900, portRange });
    const target = worker ?? workerOf([], 0);
    const sessions = await Promise.all(Array.from({ length: 20 }, () => on.scene.book(2)));
    const lives = Array.from({ length: 60 }, (_, index) =>
      labLife(replicaOf(on.replicas, index), target, index, seededRandom(index + 1).next()),
    );
    const placing = sessions.map(({ id }, index) =>
      place(replicaOf(on.replicas, index), id, target, `p-${id}`),
    );
    const [served] = await Promise.all([Promise.all(lives), Promise.all(placing)]);
    const refused = served.filter((one) => one === 'refused').length;
    expect(await stolenPorts(store)).toEqual([]);
    expect(await overCommitments(store)).toEqual([]);
    expect(await contradictions(store)).toEqual([]);
    expect(await portsLeft(store, target)).toEqual(
      served.flatMap((one) => (one === 'kept' ? 4 : [])).reduce((sum, one) => sum + one, 0),
    );
    expect(refused).toBeGreaterThan(0);
    report(`ports on ${name}`, { labs: lives.length, 'refused for want of ports': refused });
  });
});

interface Fate {
  id: string;
  won: boolean;
  refusals: { code: string; message: string }[];
}

/** One worker after the other, each client from another one on. */
async function placeSomewhere(
  replica: Replica,
  id: string,
  workers: readonly WorkerId[],
  first: number,
): Promise<Fate> {
  const refusals: Fate['refusals'] = [];
  for (let turn = 0; turn < workers.length; turn++) {
    const answer = await place(replica, id, workerOf(workers, first + turn), `p-${first}-${turn}-${id}`);
    if (answer?.status === 'done') return { id, won: true, refusals };
    refusals.push({ code: answer?.code ?? '', message: answer?.message ?? '' });
  }
  return { id, won: false, refusals };
}

/** A lab of four ports; some are deleted at once. */
async function labLife(replica: Replica, worker: WorkerId, number: number, luck: number) {
  const record = labRecordId.parse(`lr-${number}`);
  const ledger = (command: Parameters<typeof send>[2]) => send(replica, worker, command);
  try {
    const names = ['a', 'b', 'c', 'd'];
    await ledger({
      type: 'allocatePorts',
      labRecordId: record,
      sessionId: sessionId.parse(`s-${number}`),
      names,
    });
  } catch (refusal) {
    if (refusal instanceof Refusal && refusal.code === 'doesNotFit') return 'refused';
    throw refusal;
  }
  if (luck < 0.5) return 'kept';
  await ledger({ type: 'releasePorts', labRecordId: record });
  return 'deleted';
}

type LedgerCommand = Parameters<
  Replica['controller']['internal']['workerLedgers']['command']
>[0]['body']['command'];

const send = ({ controller }: Replica, id: WorkerId, command: LedgerCommand) =>
  controller.internal.workerLedgers.command({ params: { id }, body: { command } });

async function portsLeft(store: StateStore, id: WorkerId): Promise<number> {
  const stored = await store.load<{ ports: object }>('worker-ledger', id);
  return Object.keys(stored?.state.ports ?? {}).length;
}

function replicaOf(replicas: readonly Replica[], index: number): Replica {
  const one = replicas[index % replicas.length];
  if (!one) throw new Error('there is no replica');
  return one;
}

function workerOf(workers: readonly WorkerId[], index: number): WorkerId {
  const one = workers[index % workers.length];
  if (!one) throw new Error('there is no worker');
  return one;
}
