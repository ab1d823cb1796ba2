import { SESSION_STATUSES } from '@lcm/core/domain/session-state.ts';
import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { Remembered } from '../queries/remembered.ts';
import type { Services } from '../services.ts';
import type { LogReaders } from './health.ts';

/** Upper bounds in seconds: a read from memory to a request that is far too slow. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** `GET /metrics` for Prometheus: requests, commands, projection, streams, sessions, and the process itself. */
export function registerMetrics(
  app: FastifyInstance,
  services: Services,
  sources: { readers: LogReaders; streams: () => number },
): void {
  const registry = new Registry();
  const registers = [registry];
  countRequests(app, registers);
  const { counts } = services.commands;
  total(registers, 'lcm_commits_total', 'Aggregates written', () => counts.commits);
  total(
    registers,
    'lcm_commit_conflicts_total',
    'Writes that another writer was quicker than',
    () => counts.conflicts,
  );
  for (const [name, reader] of Object.entries(sources.readers)) {
    const what = name.replaceAll(/\W/g, '_');
    total(
      registers,
      `lcm_${what}_events_total`,
      `Events of the log handled by ${name}`,
      () => reader.handled,
    );
    gauge(
      registers,
      `lcm_${what}_lag_seconds`,
      `Since ${name} had last handled everything`,
      () => reader.lagMs() / 1000,
    );
  }
  gauge(registers, 'lcm_event_streams', 'Clients that follow live events', sources.streams);
  // Anybody may ask, as often as they like: the store is asked once a second.
  const sessions = new Remembered(services.clock, () =>
    Promise.all(
      SESSION_STATUSES.map(
        async (status) => [status, await services.store.count('session', { status })] as const,
      ),
    ),
  );
  new Gauge({
    name: 'lcm_sessions',
    help: 'Sessions by status',
    labelNames: ['status'],
    registers,
    async collect() {
      for (const [status, count] of await sessions.get()) this.set({ status }, count);
    },
  });
  app.get('/metrics', async (_request, reply) => {
    const text = await Registry.merge([registry, processMetrics()]).metrics();
    return reply.type(registry.contentType).send(text);
  });
}

function countRequests(app: FastifyInstance, registers: Registry[]): void {
  const labelNames = ['route', 'method', 'status'] as const;
  const requests = new Counter({
    name: 'lcm_http_requests_total',
    help: 'Requests answered',
    labelNames,
    registers,
  });
  const durations = new Histogram({
    name: 'lcm_http_request_duration_seconds',
    help: 'Time to answer a request',
    labelNames: ['route', 'method'] as const,
    buckets: BUCKETS,
    registers,
  });
  app.addHook('onResponse', (request, reply, done) => {
    // Never the path itself: ids in labels would make a series each.
    const route = request.routeOptions.url ?? 'none';
    const { method } = request;
    requests.inc({ route, method, status: reply.statusCode });
    durations.observe({ route, method }, reply.elapsedTime / 1000);
    done();
  });
}

/** A number that is counted elsewhere and only grows. */
function total(registers: Registry[], name: string, help: string, read: () => number): void {
  new Counter({
    name,
    help,
    registers,
    collect() {
      this.reset();
      this.inc(read());
    },
  });
}

function gauge(registers: Registry[], name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers,
    collect() {
      this.set(read());
    },
  });
}

let ofProcess: Registry | undefined;

/** Measured once for the process, from the first time that somebody asks. */
function processMetrics(): Registry {
  if (ofProcess) return ofProcess;
  ofProcess = new Registry();
  collectDefaultMetrics({ register: ofProcess });
  return ofProcess;
}
