import { contract } from '@lcm/core/api/contract.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BESIDE_CONTRACT } from './beside-contract.ts';
import { problemOf, send } from './problems.ts';
import { endpointsOf } from './routes.ts';

/**
 * Answers what there is no route for: 405 with `Allow` where the path is right and the verb is not (Fastify by
 * itself says 404), and 404 for any other path. OPTIONS tells the same `Allow`.
 */
export function answerNoRoute(app: FastifyInstance): void {
  let known: Place[] | undefined;
  const answer = (request: FastifyRequest, reply: FastifyReply) => {
    known ??= placesOf(app);
    const path = request.url.split('?')[0] ?? request.url;
    const allow = known.find(({ pattern }) => pattern.test(path))?.allow;
    if (allow === undefined) {
      const nothing = new Refusal('notFound', `there is nothing at ${request.method} ${path}`);
      return send(reply, problemOf(nothing, request));
    }
    reply.header('allow', allow);
    if (request.method === 'OPTIONS') return reply.code(204).send();
    return send(reply, {
      type: 'urn:lcm:problem:wrong-verb',
      title: 'The verb is not possible here',
      status: 405,
      detail: `${request.method} is not possible here; ${allow} is`,
      instance: path,
      correlationId: request.id,
    });
  };
  app.setNotFoundHandler(answer);
  // Before the body is read: what is wrong with it does not matter here.
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404) answer(request, reply);
    else done();
  });
}

interface Place {
  pattern: RegExp;
  allow: string;
}

/** Every path of this server, with the verbs that it takes; those without parameters first, as the router sees them. */
function placesOf(app: FastifyInstance): Place[] {
  const byPath = new Map<string, Set<string>>();
  // There is no login where nobody has said at which issuer.
  for (const { path, method } of [...BESIDE_CONTRACT, ...endpointsOf(contract)])
    if (app.hasRoute({ method, url: path })) byPath.set(path, (byPath.get(path) ?? new Set()).add(method));
  const fixedFirst = [...byPath].sort(
    ([one], [other]) => Number(one.includes(':')) - Number(other.includes(':')),
  );
  return fixedFirst.map(([path, verbs]) => {
    if (app.hasRoute({ method: 'HEAD', url: path })) verbs.add('HEAD');
    return {
      pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`),
      allow: [...verbs, 'OPTIONS'].sort().join(', '),
    };
  });
}
