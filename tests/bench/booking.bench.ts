import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import autocannon from 'autocannon';
import Fastify from 'fastify';
import { dataFolder } from './data-folder.ts';
import type { BenchOptions, Measured } from './measured.ts';
import { startBenchPlane } from './plane.ts';
import { aDefinition, slotIn } from './scene.ts';
import { median } from './statistics.ts';

export const names = ['booking-http'];

const CONNECTIONS = 50;

/**
 * Bookings a second over HTTP at 50 connections, controllers not running. The limit is a bare Fastify handler that
 * writes each request's body with a durable insert of its own; both take turns, so that noise hits both alike.
 */
export async function measure({ short }: BenchOptions): Promise<Measured[]> {
  const [turns, seconds] = short ? [1, 1] : [5, 2];
  await using folder = await dataFolder();
  await using plane = await startBenchPlane(folder.path);
  await using bare = await startBare(join(folder.path, 'bare.sqlite'));
  const body = JSON.stringify({ definitionId: await aDefinition(plane), ...slotIn(2) });
  const booking = `${plane.url}/api/v1/sessions`;
  for (const url of [bare.url, booking]) await rate(url, body, 1);
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < turns; turn++) {
    theirs.push(await rate(bare.url, body, seconds));
    ours.push(await rate(booking, body, seconds));
  }
  return [
    {
      name: 'booking-http',
      value: median(ours),
      unit: '1/s',
      limit: median(theirs),
      note: `${await plane.store.count('session')} bookings`,
    },
  ];
}

/** Successes a second. */
async function rate(url: string, body: string, seconds: number): Promise<number> {
  const result = await autocannon({
    url,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    connections: CONNECTIONS,
    duration: seconds,
    workers: 1,
  });
  if (result.non2xx + result.errors > 0)
    throw new Error(`${url} failed ${result.non2xx + result.errors} times`);
  return result['2xx'] / result.duration;
}

async function startBare(file: string): Promise<AsyncDisposable & { url: string }> {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec('CREATE TABLE booking (id INTEGER PRIMARY KEY, body TEXT NOT NULL)');
  const insert = database.prepare('INSERT INTO booking (body) VALUES (?)');
  const app = Fastify();
  app.post('/', async (request, reply) => {
    const { lastInsertRowid } = insert.run(JSON.stringify(request.body));
    return reply.code(201).send({ id: Number(lastInsertRowid) });
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      await app.close();
      database.close();
    },
  };
}
