import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { dataFolder } from './data-folder.ts';
import type { BenchOptions, Measured } from './measured.ts';
import { type BenchPlane, startBenchPlane } from './plane.ts';
import { aDefinition, slotIn } from './scene.ts';
import { median, timed } from './statistics.ts';

export const names = ['booking-audited-p50'];

/** After a turn: what the audit still has to do must not be charged to the other plane. */
const CALM_MS = 400;

/**
 * What the audit adds to a booking: the median of bookings one after the other over HTTP, held against that of a plane
 * without an audit. Both take turns in one process; what the audit does in the background falls into its own turns.
 */
export async function measure({ short }: BenchOptions): Promise<Measured[]> {
  const [turns, bookings] = short ? [1, 5] : [24, 150];
  await using folder = await dataFolder();
  await using audited = await startBenchPlane(join(folder.path, 'audited'));
  await using plain = await startBenchPlane(join(folder.path, 'plain'), false);
  const book = { audited: await booker(audited), plain: await booker(plain) };
  const times = { audited: [] as number[], plain: [] as number[] };
  for (let turn = 0; turn < turns; turn++)
    for (const which of turn % 2 ? (['audited', 'plain'] as const) : (['plain', 'audited'] as const)) {
      const taken: number[] = [];
      for (let n = 0; n < bookings; n++) taken.push(await timed(book[which]));
      // The first ones warm up what the other plane has driven out of the caches.
      times[which].push(...taken.slice(Math.ceil(bookings / 10)));
      await new Promise((resolve) => setTimeout(resolve, CALM_MS));
    }
  return [
    {
      name: 'booking-audited-p50',
      value: median(times.audited),
      unit: 'ms',
      limit: median(times.plain),
      note: `${times.audited.length} bookings each`,
    },
  ];
}

async function booker(plane: BenchPlane): Promise<() => Promise<void>> {
  const body = JSON.stringify({ definitionId: await aDefinition(plane), ...slotIn(2) });
  const agent = new Agent({ keepAlive: true });
  const url = `${plane.url}/api/v1/sessions`;
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return () =>
    new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
        answer.resume();
        answer.on('end', () =>
          answer.statusCode === 201 ? resolve() : reject(new Error(`${url} answered ${answer.statusCode}`)),
        );
      });
      sent.on('error', reject);
      sent.end(body);
    });
}
