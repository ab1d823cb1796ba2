import type { FastifyInstance } from 'fastify';
import { signedRegion } from '../aws-scope.ts';
import { ec2Actions } from './actions.ts';
import type { Ec2World } from './call.ts';
import { Ec2Error } from './errors.ts';
import { zonesOf } from './places.ts';
import { parseQuery, type Query } from './query.ts';
import { ec2Answer, ec2ErrorAnswer } from './xml.ts';

/**
 * EC2's query protocol at the root of the instance it is registered on: a form body in, XML out.
 * Register with a prefix to mount it elsewhere.
 */
export function ec2Routes(ec2: Ec2World) {
  return async (app: FastifyInstance): Promise<void> => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'string' }, async (_request: unknown, body: string | Buffer) =>
      String(body),
    );
    app.post<{ Body: string | undefined }>('/', async (request, reply) => {
      const requestId = ec2.world.random.uuid();
      reply.header('x-amzn-requestid', requestId).type('text/xml;charset=UTF-8');
      try {
        return perform(ec2, parseQuery(request.body ?? ''), request.headers.authorization, requestId);
      } catch (error) {
        if (!(error instanceof Ec2Error)) throw error;
        reply.code(error.status);
        return ec2ErrorAnswer(requestId, error.code, error.message);
      }
    });
    app.setErrorHandler(async (error: Error, _request, reply) => {
      reply.code(500).type('text/xml;charset=UTF-8');
      return ec2ErrorAnswer(ec2.world.random.uuid(), 'InternalError', error.message);
    });
  };
}

function perform(ec2: Ec2World, query: Query, authorization: string | undefined, requestId: string): string {
  const region = signedRegion(authorization);
  if (!region) {
    throw new Ec2Error('AuthFailure', 'AWS was not able to validate the provided access credentials', 401);
  }
  zonesOf(region);
  const name = query.required('Action');
  const action = Object.hasOwn(ec2Actions, name) ? ec2Actions[name] : undefined;
  if (!action) throw new Ec2Error('InvalidAction', `The action ${name} is not valid for this web service.`);
  return ec2Answer(name, requestId, action({ query, region, ec2 }));
}
