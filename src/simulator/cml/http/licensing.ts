import { badRequest } from '../errors.ts';
import { usage } from '../lab-life.ts';
import {
  changeLicensing,
  deregister,
  licensingOf,
  register,
  registrationStatus,
} from '../licensing-state.ts';
import { licenceFeatures, licensingView, nodeCountFeature } from '../licensing-view.ts';
import { flag, integer, listOf, nullable, object, oneOf, optional, required, text } from '../shape.ts';
import { Raw, type Topic } from './endpoints.ts';

/** Smart Licensing: product licence, registration and features. */
export const licensingTopic: Topic = (on, context) => {
  on.admin('GET', '/licensing', () => licensingView(context));
  on.user('GET', '/licensing/status', () => licensingView(context));
  on.admin(
    'GET',
    '/licensing/tech_support',
    () => new Raw('text/plain', `${JSON.stringify(licensingView(context), null, 2)}\n`),
  );
  on.admin('PUT', '/licensing/product_license', ({ body }) => {
    const product = oneOf('CML_Enterprise', 'CML_Education', 'CML_Personal', 'CML_Personal40')(body, 'body');
    const status = registrationStatus(context);
    if (status === 'COMPLETED' || status === 'IN_PROGRESS')
      throw badRequest('The product licence cannot be changed while the product is registered.');
    changeLicensing(context, { product });
  });
  on.admin('PUT', '/licensing/transport', ({ body }) => {
    const from = object(body, 'body');
    const proxy = optional(from, 'proxy', object) ?? {};
    changeLicensing(context, {
      transport: {
        ssms: optional(from, 'ssms', nullable(text(256))) ?? null,
        proxy: {
          server: optional(proxy, 'server', nullable(text(128))) ?? null,
          port: optional(proxy, 'port', nullable(integer(0, 65_535))) ?? null,
        },
      },
    });
  });
  on.admin('GET', '/licensing/features', () => licenceFeatures(context));
  on.admin('PATCH', '/licensing/features', ({ body }) => {
    for (const change of readFeatures(body)) {
      const known = licenceFeatures(context).find((feature) => feature.id === change.id);
      if (!known) throw badRequest(`There is no licence feature ${change.id}.`);
      if (change.count < known.min || change.count > known.max)
        throw badRequest(`${change.id}: ${change.count} is not between ${known.min} and ${known.max}`);
      if (change.id === nodeCountFeature) changeLicensing(context, { extraNodes: change.count });
    }
  });
  on.admin('POST', '/licensing/registration', ({ body, user }) => {
    const from = object(body, 'body');
    register(
      context,
      required(from, 'token', text(4096, 1)),
      optional(from, 'reregister', nullable(flag)) ?? false,
    );
    note(user.id, 'register');
  });
  on.admin('PUT', '/licensing/registration/renew', () => {
    if (registrationStatus(context) !== 'COMPLETED') throw badRequest('The product is not registered.');
  });
  on.admin('PUT', '/licensing/authorization/renew', () => {
    if (registrationStatus(context) !== 'COMPLETED') throw badRequest('The product is not registered.');
  });
  on.admin('DELETE', '/licensing/deregistration', ({ user }) => {
    deregister(context, usage(context).nodes);
    note(user.id, 'deregister');
  });

  const note = (userId: string, operation: string) =>
    context.telemetry.record('license_info', {
      user_id: userId,
      operation,
      product_license: licensingOf(context).product,
    });
};

/** Features come as a list of `{id, count}` or as an object of counts by id. */
function readFeatures(body: unknown): { id: string; count: number }[] {
  if (!Array.isArray(body))
    return Object.entries(object(body, 'body')).map(([id, count]) => ({
      id,
      count: integer(0, 100_000)(count, id),
    }));
  return listOf((value, path) => {
    const from = object(value, path);
    return {
      id: required(from, 'id', text(256, 1), path),
      count: required(from, 'count', integer(0, 100_000), path),
    };
  })(body, 'body');
}
