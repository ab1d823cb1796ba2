import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { FastifyInstance } from 'fastify';
import type { LogReader } from '../event-log/log-reader.ts';
import type { Services } from '../services.ts';

/** Readers of the event log by what they are for. */
export type LogReaders = Readonly<Record<string, Pick<LogReader, 'lagMs' | 'handled'>>>;

/** A reader of the event log that is behind for longer is held up, milliseconds. */
const MAX_LAG_MS = 10_000;

/**
 * `/health`: the process answers. `/ready`: it can do its work: the store and the bus answer, and what is
 * committed gets to the bus; 503 with the reason otherwise. `/info`: what it is.
 */
export function registerHealth(app: FastifyInstance, services: Services, readers: LogReaders): void {
  const { store, bus, clock, version } = services;
  const startedAt = clock.monotonic();
  app.get('/health', async () => ({ status: 'healthy', timestamp: new Date(clock.now()).toISOString() }));
  app.get('/ready', async () => {
    await answers('the store', store.headOfLog());
    await answers('the state bus', bus.get('/lcm/settings/default'));
    for (const [name, reader] of Object.entries(readers)) {
      if (reader.lagMs() <= MAX_LAG_MS) continue;
      const seconds = Math.round(reader.lagMs() / 1000);
      throw new Refusal('unavailable', `${name} is ${seconds} seconds behind the event log`);
    }
    return { status: 'ready' };
  });
  app.get('/info', async () => ({
    name: 'control-plane-api',
    version,
    uptimeSeconds: Math.round((clock.monotonic() - startedAt) / 1000),
    runtime: process.version,
  }));
}

async function answers(what: string, asked: Promise<unknown>): Promise<void> {
  try {
    await asked;
  } catch (cause) {
    throw new Refusal('unavailable', `${what} does not answer: ${String(cause)}`, { cause });
  }
}
