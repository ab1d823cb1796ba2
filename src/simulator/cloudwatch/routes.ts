import type { FastifyInstance } from 'fastify';
import { signedRegion } from '../aws-scope.ts';
import type { World } from '../world.ts';
import { CloudWatchError } from './errors.ts';
import { getMetricData } from './get-metric-data.ts';
import { getMetricStatistics } from './get-metric-statistics.ts';
import { asFields, type Fields } from './read.ts';

/**
 * CloudWatch at the root of the instance it is registered on, in the protocol that the AWS SDK for
 * JavaScript speaks to it (AWS JSON 1.0, `X-Amz-Target: GraniteServiceVersion20100801.<Action>`).
 */
export function cloudWatchRoutes(world: World) {
  return async (app: FastifyInstance): Promise<void> => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'string' }, async (_request: unknown, body: string | Buffer) =>
      String(body),
    );
    app.post<{ Body: string | undefined }>('/', async (request, reply) => {
      reply.header('x-amzn-requestid', world.random.uuid()).type('application/x-amz-json-1.0');
      const { authorization } = request.headers;
      const target = String(request.headers['x-amz-target'] ?? '');
      return JSON.stringify(perform(world, target, authorization, request.body ?? ''));
    });
    app.setErrorHandler(async (error: Error, _request, reply) => {
      const refusal = error instanceof CloudWatchError ? error : internal(error);
      const side = refusal.status < 500 ? 'Sender' : 'Receiver';
      reply.code(refusal.status).type('application/x-amz-json-1.0');
      reply.header('x-amzn-query-error', `${refusal.queryCode};${side}`);
      const __type = `com.amazonaws.cloudwatch#${refusal.type}`;
      return JSON.stringify({ __type, message: refusal.message });
    });
  };
}

const actions: Readonly<Record<string, (world: World, region: string, input: Fields) => Fields>> = {
  GetMetricData: getMetricData,
  GetMetricStatistics: getMetricStatistics,
};

function perform(world: World, target: string, authorization: string | undefined, body: string): Fields {
  const region = signedRegion(authorization);
  if (!region) {
    throw new CloudWatchError('MissingAuthenticationToken', 'The request is not signed.', undefined, 403);
  }
  const name = target.split('.').at(-1) ?? '';
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!action) throw new CloudWatchError('UnknownOperationException', `There is no operation '${target}'.`);
  return action(world, region, asFields(JSON.parse(body), 'The request'));
}

function internal(error: Error): CloudWatchError {
  if (error instanceof SyntaxError) return new CloudWatchError('SerializationException', error.message);
  return new CloudWatchError('InternalServiceFault', error.message, 'InternalServiceError', 500);
}
