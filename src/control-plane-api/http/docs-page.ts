import { hash } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

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
  let policy = '';
  // The page works without the internet, and tells nobody outside who reads it.
  docs.addHook('onSend', async (_request, reply) => {
    reply.header('content-security-policy', policy);
  });
  await docs.register(scalar, {
    routePrefix: '/api/docs',
    configuration: {
      url: '/api/openapi.json',
      title: 'Lablet Cloud Manager API',
      withDefaultFonts: false,
      telemetry: false,
      showDeveloperTools: 'never',
      agent: { disabled: true },
    },
  });
  const page = await docs.inject({ method: 'GET', url: '/api/docs/' });
  policy = policyFor(page.payload);
  return docs;
}

/** What the docs page may load and run: what this server has, and of scripts within the page those it came with. */
function policyFor(page: string): string {
  const own = [...page.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, script = '']) => `'sha256-${hash('sha256', script, 'base64')}'`,
  );
  return [
    "default-src 'none'",
    `script-src ${["'self'", ...own].join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
