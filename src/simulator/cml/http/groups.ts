import { type CmlContext, isoNow } from '../context.ts';
import { badRequest, notFound } from '../errors.ts';
import type { GroupRecord } from '../model.ts';
import { type JsonObject, listOf, object, optional, required, text } from '../shape.ts';
import type { Topic } from './endpoints.ts';
import { associations } from './labs.ts';

/** Groups of users. */
export const groupsTopic: Topic = (on, context) => {
  const { groups } = context.store;
  const found = (id: string | undefined) => {
    const group = groups.get(id ?? '');
    if (!group) throw notFound('Group', id ?? '');
    return group;
  };

  on.user('GET', '/groups', () => groups.values());
  on.admin('POST', '/groups', ({ body }) => {
    const from = object(body, 'body');
    const name = required(from, 'name', text(64, 1));
    assertFree(context, name);
    const now = isoNow(context);
    const group: GroupRecord = {
      id: context.world.random.uuid(),
      description: '',
      members: [],
      associations: [],
      ...readGroup(from),
      name,
      created: now,
      modified: now,
    };
    groups.put(group.id, group);
    enrol(context, group);
    return group;
  });
  on.user('GET', '/groups/:groupId', ({ params }) => found(params['groupId']));
  on.admin('PATCH', '/groups/:groupId', ({ params, body }) => {
    const old = found(params['groupId']);
    const change = readGroup(object(body, 'body'));
    if (change.name !== undefined && change.name !== old.name) assertFree(context, change.name);
    const group = { ...old, ...change, modified: isoNow(context) };
    groups.put(group.id, group);
    enrol(context, group);
    return group;
  });
  on.admin('DELETE', '/groups/:groupId', ({ params }) => {
    const group = found(params['groupId']);
    enrol(context, { ...group, members: [] });
    groups.delete(group.id);
  });
  on.user('GET', '/groups/:groupName/id', ({ params }) => {
    const group = groups.values().find((one) => one.name === params['groupName']);
    if (!group) throw notFound('Group', params['groupName'] ?? '');
    return group.id;
  });
  on.user('GET', '/groups/:groupId/members', ({ params }) => found(params['groupId']).members);
};

function readGroup(from: JsonObject): Partial<GroupRecord> {
  const name = optional(from, 'name', text(64, 1));
  const description = optional(from, 'description', text(4096));
  const members = optional(from, 'members', listOf(text(64, 1)));
  const shared = optional(from, 'associations', associations);
  return {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(members === undefined ? {} : { members }),
    ...(shared === undefined ? {} : { associations: shared }),
  };
}

function assertFree(context: CmlContext, name: string): void {
  if (context.store.groups.values().some((one) => one.name === name))
    throw badRequest(`Group ${name} exists already.`);
}

/** Keeps the users' group lists in step with the group's members. */
function enrol(context: CmlContext, group: GroupRecord): void {
  for (const id of group.members) if (!context.store.users.get(id)) throw notFound('User', id);
  for (const user of context.store.users.values()) {
    const wanted = group.members.includes(user.id);
    if (user.groups.includes(group.id) === wanted) continue;
    user.groups = wanted ? [...user.groups, group.id] : user.groups.filter((id) => id !== group.id);
    context.store.users.put(user.id, user);
  }
}
