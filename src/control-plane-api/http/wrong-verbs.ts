import type { Contract } from '@lcm/core/api/client.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BESIDE_CONTRACT } from './beside-contract.ts';
import { send } from './problems.ts';
import { endpointsOf } from './routes.ts';

const VERBS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'QUERY'] as const;

/** Answers 405 with `Allow` where the path is right and the verb is not; Fastify by itself says 404. */
export function answerWrongVerbs(app: FastifyInstance, contract: Contract): void {
  const byPath = new Map<string, Set<string>>(
    BESIDE_CONTRACT.map(({ path, method }) => [path, new Set([method])]),
  );
  for (const { path, method } of endpointsOf(contract)) {
    byPath.set(path, (byPath.get(path) ?? new Set()).add(method));
  }
  for (const [path, allowed] of byPath) {
    if (allowed.has('GET')) allowed.add('HEAD');
    const allow = [...allowed, 'OPTIONS'].sort().join(', ');
    const wrong = VERBS.filter((verb) => !allowed.has(verb));
    app.options(path, async (_request, reply) => reply.code(204).header('allow', allow).send());
    const refuse = async (request: FastifyRequest, reply: FastifyReply) =>
      send(reply.header('allow', allow), {
        type: 'urn:lcm:problem:wrong-verb',
        title: 'The verb is not possible here',
        status: 405,
        detail: `${request.method} is not possible here; ${allow} is`,
        instance: request.url,
        correlationId: request.id,
      });
    // Before the body is looked at: what is wrong with it does not matter here.
    app.route({ method: [...wrong], url: path, onRequest: refuse, handler: refuse });
  }
}
