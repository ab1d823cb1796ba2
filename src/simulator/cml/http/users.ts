import { type CmlContext, isoNow } from '../context.ts';
import { badRequest, forbidden, notFound } from '../errors.ts';
import type { UserRecord } from '../model.ts';
import { flag, type JsonObject, listOf, nullable, object, optional, required, text } from '../shape.ts';
import { hashPassword } from '../tokens.ts';
import type { Topic } from './endpoints.ts';
import { associations } from './labs.ts';

/** Accounts of the CML server. */
export const usersTopic: Topic = (on, context) => {
  const { users, groups } = context.store;
  const found = (id: string | undefined) => {
    const user = users.get(id ?? '');
    if (!user) throw notFound('User', id ?? '');
    return user;
  };

  on.user('GET', '/users', () => users.values().map((user) => userView(context, user)));
  on.admin('POST', '/users', ({ body }) => {
    const from = object(body, 'body');
    const username = required(from, 'username', text(32, 1));
    if (users.values().some((one) => one.username === username))
      throw badRequest(`User ${username} exists already.`);
    const user = newUser(context, username, required(from, 'password', text(512, 1)), readUser(from));
    users.put(user.id, user);
    joinGroups(context, user);
    return userView(context, user);
  });
  on.user('GET', '/users/:userId', ({ params }) => userView(context, found(params['userId'])));
  on.user('PATCH', '/users/:userId', ({ params, body, user: caller }) => {
    const user = found(params['userId']);
    if (!caller.admin && caller.id !== user.id) throw forbidden('Only administrators change other users.');
    const from = object(body, 'body');
    const change = readUser(from);
    if (!caller.admin && (change.admin !== undefined || change.groups !== undefined))
      throw forbidden('Only administrators change roles and groups.');
    const changed = { ...user, ...change, modified: isoNow(context) };
    const password = optional(from, 'password', object);
    if (password) changed.passwordHash = changedPassword(user, caller, password);
    users.put(user.id, changed);
    if (change.groups) joinGroups(context, changed);
    return userView(context, changed);
  });
  on.admin('DELETE', '/users/:userId', ({ params, user: caller }) => {
    const user = found(params['userId']);
    if (user.id === caller.id) throw badRequest('A user cannot delete itself.');
    users.delete(user.id);
    joinGroups(context, { ...user, groups: [] });
    for (const token of context.store.tokens.values())
      if (token.userId === user.id) context.store.tokens.delete(token.token);
  });
  on.user('GET', '/users/:username/id', ({ params }) => {
    const user = users.values().find((one) => one.username === params['username']);
    if (!user) throw notFound('User', params['username'] ?? '');
    return user.id;
  });
  on.user('GET', '/users/:userId/groups', ({ params }) =>
    groups
      .values()
      .filter((group) => group.members.includes(params['userId'] ?? ''))
      .map((group) => group.id),
  );
};

/** A user record with everything that was not given at its default. */
export function newUser(
  context: CmlContext,
  username: string,
  password: string,
  fields: Partial<UserRecord>,
): UserRecord {
  const id = context.world.random.uuid();
  const now = isoNow(context);
  return {
    fullname: '',
    description: '',
    email: '',
    admin: false,
    groups: [],
    associations: [],
    resource_pool: null,
    opt_in: null,
    tour_version: '',
    pubkey: '',
    ...fields,
    id,
    username,
    passwordHash: hashPassword(id, password),
    created: now,
    modified: now,
  };
}

function readUser(from: JsonObject): Partial<UserRecord> {
  const checks = {
    fullname: text(128),
    description: text(4096),
    email: text(128),
    admin: flag,
    groups: listOf(text(64, 1)),
    associations,
    resource_pool: nullable(text(64)),
    opt_in: nullable(flag),
    tour_version: text(128),
    pubkey: text(8192),
  };
  return Object.fromEntries(
    Object.entries(checks).flatMap(([name, check]) =>
      from[name] === undefined ? [] : [[name, check(from[name], name)]],
    ),
  );
}

function changedPassword(user: UserRecord, caller: UserRecord, from: JsonObject): string {
  const old = optional(from, 'old_password', text()) ?? '';
  if (!caller.admin && user.passwordHash !== hashPassword(user.id, old))
    throw forbidden('The old password is wrong.');
  return hashPassword(user.id, required(from, 'new_password', text(512, 1), 'password'));
}

/** Keeps the groups' member lists in step with the user's own list. */
function joinGroups(context: CmlContext, user: UserRecord): void {
  for (const group of context.store.groups.values()) {
    const member = group.members.includes(user.id);
    const wanted = user.groups.includes(group.id);
    if (member === wanted) continue;
    group.members = wanted ? [...group.members, user.id] : group.members.filter((id) => id !== user.id);
    context.store.groups.put(group.id, group);
  }
}

function userView(context: CmlContext, user: UserRecord) {
  const { passwordHash: _hash, ...view } = user;
  return {
    ...view,
    directory_dn: '',
    labs: context.store.labs
      .values()
      .filter((lab) => lab.ownerId === user.id)
      .map((lab) => lab.id),
  };
}
