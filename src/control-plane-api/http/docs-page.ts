import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

/** What the API's docs page may load: what this server has, and nothing else. */
const OWN_ONLY =
  "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:";

/**
 * Serves the readable docs of the API at `/api/docs`. What they are made of takes 20 MB of memory and a tenth of
 * the start, so it is loaded when it is first asked for.
 */
export function registerDocsPage(app: FastifyInstance): void {
  let loading: Promise<FastifyInstance> | undefined;
  const answer = async ({ url }: FastifyRequest, reply: FastifyReply) => {
    loading ??= loadDocs().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    const { statusCode, headers, rawPayload } = await (await loading).inject({ method: 'GET', url });
    return reply.code(statusCode).headers(headers).send(rawPayload);
  };
  app.get('/api/docs', answer);
  app.get('/api/docs/*', answer);
  app.addHook('onClose', async () => (await loading)?.close());
}

async function loadDocs(): Promise<FastifyInstance> {
  const { default: scalar } = await import('@scalar/fastify-api-reference');
  const docs = Fastify();
  // The page works without the internet, and tells nobody outside who reads it.
  docs.addHook('onSend', async (_request, reply) => {
    reply.header('content-security-policy', OWN_ONLY);
  });
  await docs.register(scalar, {
    routePrefix: '/api/docs',
    configuration: {
      url: '/api/openapi.json',
      title: 'Lablet Cloud Manager API',
      withDefaultFonts: false,
      telemetry: false,
      showDeveloperTools: 'never',
    },
  });
  return docs;
}
