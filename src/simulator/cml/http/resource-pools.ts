import type { CmlContext } from '../context.ts';
import { badRequest, notFound } from '../errors.ts';
import { nodesOf } from '../labs.ts';
import type { ResourcePoolRecord } from '../model.ts';
import { countsForLicence, nodeDefinitions } from '../node-definitions.ts';
import { isActive } from '../node-states.ts';
import {
  flag,
  integer,
  type JsonObject,
  listOf,
  nullable,
  object,
  optional,
  required,
  text,
} from '../shape.ts';
import { says, type Topic } from './endpoints.ts';

/** Resource pools: what some users may use together. */
export const resourcePoolsTopic: Topic = (on, context) => {
  const { pools, users } = context.store;
  const found = (id: string | undefined) => {
    const pool = pools.get(id ?? '');
    if (!pool) throw notFound('Resource pool', id ?? '');
    return pool;
  };

  on.user('GET', '/resource_pools', ({ query }) =>
    pools.values().map((pool) => (says(query['data']) ? poolView(context, pool) : pool.id)),
  );
  on.admin('POST', '/resource_pools', ({ body }) => {
    const from = object(body, 'body');
    const label = required(from, 'label', text(255, 1));
    const shared = optional(from, 'shared', flag) ?? true;
    const wanted = optional(from, 'users', listOf(text(64, 1))) ?? [];
    for (const id of wanted) if (!users.get(id)) throw notFound('User', id);
    const make = (fields: Partial<ResourcePoolRecord>, members: string[]) => {
      const pool = newPool(context, label, fields);
      pools.put(pool.id, pool);
      for (const id of members) assign(context, id, pool.id);
      return pool;
    };
    if (shared || wanted.length === 0) return poolView(context, make(readPool(from), wanted));
    // Not shared: a template, and a pool of its own for every user.
    const template = make({ ...readPool(from), is_template: true }, []);
    const own = wanted.map((id) => make({ template: template.id }, [id]));
    return [template, ...own].map((pool) => poolView(context, pool));
  });
  on.user('GET', '/resource_pools/:poolId', ({ params }) => poolView(context, found(params['poolId'])));
  on.admin('PATCH', '/resource_pools/:poolId', ({ params, body }) => {
    const from = object(body, 'body');
    const pool = { ...found(params['poolId']), ...readPool(from) };
    pools.put(pool.id, pool);
    const members = optional(from, 'users', listOf(text(64, 1)));
    if (members) {
      for (const user of users.values()) if (user.resource_pool === pool.id) assign(context, user.id, null);
      for (const id of members) assign(context, id, pool.id);
    }
    return poolView(context, pool);
  });
  on.admin('DELETE', '/resource_pools/:poolId', ({ params }) => {
    const pool = found(params['poolId']);
    if (pools.values().some((one) => one.template === pool.id))
      throw badRequest(`Resource pool ${pool.id} is a template in use.`);
    for (const user of users.values()) if (user.resource_pool === pool.id) assign(context, user.id, null);
    pools.delete(pool.id);
  });
  on.user('GET', '/resource_pool_usage/:poolId', ({ params }) => {
    const pool = found(params['poolId']);
    return { limit: limits(withTemplate(context, pool)), usage: usage(context, pool) };
  });
  on.lab('lab_view', 'GET', '/labs/:labId/resource_pools', ({ lab }) => {
    const pool = users.get(lab.ownerId)?.resource_pool;
    return pool ? [pool] : [];
  });
};

function newPool(
  context: CmlContext,
  label: string,
  fields: Partial<ResourcePoolRecord>,
): ResourcePoolRecord {
  return {
    description: '',
    template: null,
    licenses: null,
    ram: null,
    cpus: null,
    disk_space: null,
    external_connectors: null,
    is_template: false,
    label,
    ...fields,
    id: context.world.random.uuid(),
  };
}

function readPool(from: JsonObject): Partial<ResourcePoolRecord> {
  const checks = {
    label: text(255, 1),
    description: text(4096),
    template: nullable(text(64)),
    licenses: nullable(integer(0, 320)),
    ram: nullable(integer(0, 2 ** 31)),
    cpus: nullable(integer(0, 12_800)),
    disk_space: nullable(integer(0, 2 ** 20)),
    external_connectors: nullable(listOf(text(64))),
  };
  return Object.fromEntries(
    Object.entries(checks).flatMap(([name, check]) =>
      from[name] === undefined ? [] : [[name, check(from[name], name)]],
    ),
  );
}

function assign(context: CmlContext, userId: string, poolId: string | null): void {
  const user = context.store.users.get(userId);
  if (!user) throw notFound('User', userId);
  context.store.users.put(userId, { ...user, resource_pool: poolId });
}

function poolView(context: CmlContext, pool: ResourcePoolRecord) {
  const { is_template: isTemplate, ...view } = pool;
  const members = context.store.users.values().filter((user) => user.resource_pool === pool.id);
  const children = context.store.pools.values().filter((one) => one.template === pool.id);
  return isTemplate
    ? { ...view, user_pools: children.map((one) => one.id) }
    : { ...view, users: members.map((one) => one.id) };
}

const withTemplate = (context: CmlContext, pool: ResourcePoolRecord): ResourcePoolRecord =>
  (pool.template && context.store.pools.get(pool.template)) || pool;

const limits = ({ licenses, cpus, ram, disk_space, external_connectors }: ResourcePoolRecord) => ({
  licenses,
  cpus,
  ram,
  disk_space,
  external_connectors,
});

function usage(context: CmlContext, pool: ResourcePoolRecord) {
  const now = context.world.clock.now();
  const members = new Set(
    context.store.users.values().flatMap((user) => (user.resource_pool === pool.id ? [user.id] : [])),
  );
  const nodes = context.store.labs
    .values()
    .filter((lab) => members.has(lab.ownerId))
    .flatMap((lab) => nodesOf(context, lab))
    .filter((node) => isActive(node, now));
  const total = { licenses: 0, cpus: 0, ram: 0, disk_space: 0, external_connectors: [] as string[] };
  for (const node of nodes) {
    const definition = nodeDefinitions.get(node.node_definition);
    if (countsForLicence(definition)) total.licenses += 1;
    // A CPU is 100 in this document: CML counts shares of CPUs.
    total.cpus += (node.cpus ?? definition?.cpus ?? 0) * 100;
    total.ram += node.ram ?? definition?.ramMb ?? 0;
    total.disk_space += node.boot_disk_size ?? 0;
  }
  return total;
}
