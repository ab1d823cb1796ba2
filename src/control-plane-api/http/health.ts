import type { FastifyInstance } from 'fastify';
import type { Services } from '../services.ts';

/** `/health`: the process answers. `/ready`: it can do its work. `/info`: what it is. */
export function registerHealth(app: FastifyInstance, services: Services): void {
  const startedAt = services.clock.now();
  app.get('/health', async () => ({
    status: 'healthy',
    timestamp: new Date(services.clock.now()).toISOString(),
  }));
  app.get('/ready', async () => {
    await services.store.headOfLog();
    await services.bus.get('/lcm/settings/default');
    return { status: 'ready' };
  });
  app.get('/info', async () => ({
    name: 'control-plane-api',
    version: services.version,
    startedAt: new Date(startedAt).toISOString(),
    uptimeSeconds: Math.round((services.clock.now() - startedAt) / 1000),
    runtime: process.version,
  }));
}
