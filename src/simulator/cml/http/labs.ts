import { about, deleteLab, startLab, stopLab, wipeLab } from '../lab-life.ts';
import { createLab, labView, nodesOf, permissions, touch } from '../labs.ts';
import type { Association, LabRecord } from '../model.ts';
import { interfaceState, isSettled, labState, linkState, nodeState } from '../node-states.ts';
import { type JsonObject, listOf, object, optional, required, text } from '../shape.ts';
import { says, type Topic } from './endpoints.ts';

/** Labs as a whole: list, create, read, change, run and delete. */
export const labsTopic: Topic = (on, context) => {
  const { clock } = context.world;

  on.user('GET', '/labs', ({ user, query }) =>
    context.store.labs
      .values()
      .filter((lab) =>
        user.admin && says(query['show_all'])
          ? true
          : lab.ownerId === user.id ||
            (!user.admin && permissions(lab, user).includes('lab_view')) ||
            lab.associations.users.some((one) => one.id === user.id),
      )
      .map((lab) => lab.id),
  );
  on.user('POST', '/labs', ({ user, body }) => {
    const lab = createLab(context, user, readLabFields(object(body ?? {}, 'body')));
    context.telemetry.record('create_lab', about(lab, user));
    return labView(context, lab, user);
  });
  on.lab('lab_view', 'GET', '/labs/:labId', ({ lab, user }) => labView(context, lab, user));
  on.lab('lab_edit', 'PATCH', '/labs/:labId', ({ lab, user, body }) => {
    Object.assign(lab, readLabFields(object(body, 'body')));
    touch(context, lab);
    return labView(context, lab, user);
  });
  on.lab('lab_admin', 'DELETE', '/labs/:labId', ({ lab, user }) => deleteLab(context, lab, user));

  for (const path of ['/labs/:labId/start', '/labs/:labId/state/start'])
    on.lab('lab_exec', 'PUT', path, ({ lab, user }) => startLab(context, lab, user));
  for (const path of ['/labs/:labId/stop', '/labs/:labId/state/stop'])
    on.lab('lab_exec', 'PUT', path, ({ lab, user }) => stopLab(context, lab, user));
  on.lab('lab_exec', 'PUT', '/labs/:labId/wipe', ({ lab, user }) => wipeLab(context, lab, user));

  on.lab('lab_view', 'GET', '/labs/:labId/state', ({ lab }) => labState(nodesOf(context, lab), clock.now()));
  on.lab('lab_view', 'GET', '/labs/:labId/check_if_converged', ({ lab }) =>
    nodesOf(context, lab).every((node) => isSettled(node, clock.now())),
  );
  on.lab('lab_view', 'GET', '/labs/:labId/lab_element_state', ({ lab }) => {
    const now = clock.now();
    const nodes = nodesOf(context, lab);
    const states = new Map(nodes.map((node) => [node.id, nodeState(node, now)]));
    const stateOf = (id: string) => states.get(id) ?? 'DEFINED_ON_CORE';
    return {
      nodes: Object.fromEntries(states),
      links: Object.fromEntries(
        lab.links.map((link) => [link.id, linkState(link, stateOf(link.nodeA), stateOf(link.nodeB))]),
      ),
      interfaces: Object.fromEntries(
        nodes.flatMap((node) =>
          node.interfaces.map((one) => [one.id, interfaceState(one, node, now)] as const),
        ),
      ),
    };
  });
  on.lab('lab_view', 'GET', '/labs/:labId/events', ({ lab }) =>
    context.telemetry
      .happened()
      .filter((event) => event.data['lab_id'] === lab.id)
      .map((event) => ({
        event: event.category,
        element_type: event.data['node_id'] === undefined ? 'lab' : 'node',
        element_id: event.data['node_id'] ?? lab.id,
        timestamp: event.at / 1000,
        data: event.data,
      })),
  );
  on.lab('lab_view', 'GET', '/labs/:labId/associations', ({ lab }) => lab.associations);
  on.lab('lab_admin', 'PATCH', '/labs/:labId/associations', ({ lab, body }) => {
    const from = object(body, 'body');
    lab.associations = {
      users: optional(from, 'users', associations) ?? lab.associations.users,
      groups: optional(from, 'groups', associations) ?? lab.associations.groups,
    };
    touch(context, lab);
    return lab.associations;
  });
  on.lab('lab_view', 'GET', '/labs/:labId/connector_mappings', ({ lab }) => mappings(lab));
  on.lab('lab_edit', 'PATCH', '/labs/:labId/connector_mappings', ({ lab, body }) => {
    for (const update of listOf(object)(body, 'body')) {
      const key = required(update, 'key', text(64, 1));
      lab.connectorMappings[key] = update['device_name'] === null ? null : String(update['device_name']);
    }
    touch(context, lab);
    return mappings(lab);
  });
};

function readLabFields(
  from: JsonObject,
): Partial<Pick<LabRecord, 'title' | 'description' | 'notes' | 'ownerId' | 'associations'>> {
  const title = optional(from, 'title', text(64));
  const description = optional(from, 'description', text(4096));
  const notes = optional(from, 'notes', text(32_768));
  const ownerId = optional(from, 'owner', text(64, 1));
  const shared = optional(from, 'associations', object);
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(notes === undefined ? {} : { notes }),
    ...(ownerId === undefined ? {} : { ownerId }),
    ...(shared === undefined
      ? {}
      : {
          associations: {
            users: optional(shared, 'users', associations) ?? [],
            groups: optional(shared, 'groups', associations) ?? [],
          },
        }),
  };
}

/** Who something is shared with, and what they may do. */
export const associations = listOf((value, path): Association => {
  const from = object(value, path);
  return {
    id: required(from, 'id', text(64, 1), path),
    permissions: required(from, 'permissions', listOf(text(32, 1)), path),
  };
});

const mappings = (lab: LabRecord) =>
  Object.entries(lab.connectorMappings).map(([key, device_name]) => ({ key, device_name }));
