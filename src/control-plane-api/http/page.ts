import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** Serves the page, every path that is not the API's included: the page routes by itself. */
export async function registerPage(app: FastifyInstance, folder: string | undefined): Promise<void> {
  if (!folder || !existsSync(join(folder, 'index.html'))) {
    app.get('/', async (_request, reply) =>
      reply
        .type('text/plain')
        .send('The page has not been built yet: run `make run`, or `npm run build:ui` and start again.\n'),
    );
    return;
  }
  await app.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    index: false,
    immutable: true,
    maxAge: '1y',
    setHeaders: cacheOnlyHashed,
  });
  const index = async (_request: unknown, reply: FastifyReply) =>
    reply.header('cache-control', 'no-cache').sendFile('index.html', { cacheControl: false });
  app.get('/', index);
  app.get('/*', (request, reply) => {
    // A built file of an earlier version is not there any more; the page itself would not do in its place.
    if (!/^\/(api|assets)\//.test(request.url)) return index(request, reply);
    return reply.callNotFound();
  });
}

/** Built files carry a hash in their name; anything else may change under the same name. */
function cacheOnlyHashed(reply: FastifyReply, path: string): void {
  if (!/-[\w-]{8,}\.\w+$/.test(path)) reply.header('cache-control', 'no-cache');
}
