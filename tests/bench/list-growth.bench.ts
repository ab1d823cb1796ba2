import { archivedOwner, storeArchived } from './archived-sessions.ts';
import { dataFolder } from './data-folder.ts';
import type { BenchOptions, Measured } from './measured.ts';
import { type BenchPlane, startBenchPlane } from './plane.ts';
import { percentile, timed } from './statistics.ts';

export const names = ['list-growth', 'get-growth'];

/** A store with so many archived sessions behind an API, and how long it took to answer. */
interface Side {
  plane: BenchPlane;
  ids: readonly string[];
  listMs: number[];
  getMs: number[];
}

/**
 * The 95th percentile of lists and single sessions over HTTP with 100,000 archived sessions; the limit is the same
 * with 1,000. Both are asked in turns, one request at a time.
 */
export async function measure({ short }: BenchOptions): Promise<Measured[]> {
  const [few, many, rounds] = short ? [100, 1_000, 20] : [1_000, 100_000, 400];
  await using folders = new AsyncDisposableStack();
  const small = await aSide(folders, few);
  const large = await aSide(folders, many);
  for (let round = -rounds / 4; round < rounds; round++) {
    for (const side of [small, large]) await ask(side, Math.abs(round), round >= 0);
  }
  const note = `${many.toLocaleString('en-US')} sessions, limit with ${few.toLocaleString('en-US')}`;
  const p95 = (values: readonly number[]) => percentile(values, 0.95);
  return [
    { name: 'list-growth', value: p95(large.listMs), unit: 'ms', limit: p95(small.listMs), note },
    { name: 'get-growth', value: p95(large.getMs), unit: 'ms', limit: p95(small.getMs), note },
  ];
}

async function aSide(scope: AsyncDisposableStack, sessions: number): Promise<Side> {
  const folder = scope.use(await dataFolder());
  const ids = await storeArchived(folder.path, sessions);
  const plane = scope.use(await startBenchPlane(folder.path));
  return { plane, ids, listMs: [], getMs: [] };
}

/** The lists that people look at, and one session from anywhere. */
async function ask({ plane, ids, listMs, getMs }: Side, round: number, counts: boolean): Promise<void> {
  const id = ids[(round * 7_919) % ids.length];
  const lists = ['', '&status=ARCHIVED', `&ownerKey=${encodeURIComponent(archivedOwner(round))}`];
  for (const filter of lists) {
    const ms = await timed(() => read(`${plane.url}/api/v1/sessions?limit=50${filter}`));
    if (counts) listMs.push(ms);
  }
  const ms = await timed(() => read(`${plane.url}/api/v1/sessions/${id}`));
  if (counts) getMs.push(ms);
}

async function read(url: string): Promise<void> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
}
