import { type CmlContext, isoNow } from './context.ts';
import { forbidden, notFound } from './errors.ts';
import type { InterfaceRecord, LabRecord, LinkRecord, NodeRecord, UserRecord } from './model.ts';
import { labState } from './node-states.ts';

/** The lab of that id; 404 in the words clients know. A stranger's lab is hidden from who may not see it. */
export function labOf(context: CmlContext, labId: string, user?: UserRecord): LabRecord {
  const lab = context.store.labs.get(labId);
  if (!lab) throw notFound('Lab', labId);
  if (user && !permissions(lab, user).includes('lab_view')) throw notFound('Lab', labId);
  return lab;
}

/** The nodes of a lab, in the order of their creation. */
export function nodesOf(context: CmlContext, lab: LabRecord): NodeRecord[] {
  const nodes: NodeRecord[] = [];
  for (const id of lab.nodeIds) {
    const node = context.store.nodes.get(id);
    if (node) nodes.push(node);
  }
  return nodes;
}

export function nodeOf(context: CmlContext, lab: LabRecord, nodeId: string): NodeRecord {
  const node = context.store.nodes.get(nodeId);
  if (!node || node.labId !== lab.id) throw notFound('Node', nodeId);
  return node;
}

export function linkOf(lab: LabRecord, linkId: string): LinkRecord {
  const link = lab.links.find((one) => one.id === linkId);
  if (!link) throw notFound('Link', linkId);
  return link;
}

/** An interface together with the node that has it. */
export function interfaceOf(
  context: CmlContext,
  lab: LabRecord,
  interfaceId: string,
): { node: NodeRecord; one: InterfaceRecord } {
  for (const node of nodesOf(context, lab)) {
    const one = node.interfaces.find((candidate) => candidate.id === interfaceId);
    if (one) return { node, one };
  }
  throw notFound('Interface', interfaceId);
}

/** Notes that the lab's topology changed, and keeps it. */
export function touch(context: CmlContext, lab: LabRecord): void {
  lab.modified = isoNow(context);
  context.store.labs.put(lab.id, lab);
}

const everything = ['lab_admin', 'lab_edit', 'lab_exec', 'lab_view'];

/** What the user may do with the lab: all for owners and administrators, else what was shared. */
export function permissions(lab: LabRecord, user: UserRecord): string[] {
  if (user.admin || lab.ownerId === user.id) return everything;
  const shared = [
    ...lab.associations.users.filter((one) => one.id === user.id),
    ...lab.associations.groups.filter((one) => user.groups.includes(one.id)),
  ].flatMap((one) => one.permissions);
  return everything.filter((permission) => shared.includes(permission));
}

/** Refuses a user who may see the lab but not do this with it. */
export function assertMay(lab: LabRecord, user: UserRecord, permission: string): void {
  if (!permissions(lab, user).includes(permission))
    throw forbidden(`User ${user.username} does not have permission ${permission} on lab ${lab.id}.`);
}

/** The lab as `GET labs/{id}` shows it. */
export function labView(context: CmlContext, lab: LabRecord, user: UserRecord): Record<string, unknown> {
  const owner = context.store.users.get(lab.ownerId);
  return {
    id: lab.id,
    lab_title: lab.title,
    lab_description: lab.description,
    lab_notes: lab.notes,
    owner: lab.ownerId,
    owner_username: owner?.username ?? '',
    owner_fullname: owner?.fullname ?? '',
    state: labState(nodesOf(context, lab), context.world.clock.now()),
    node_count: lab.nodeIds.length,
    link_count: lab.links.length,
    created: lab.created,
    modified: lab.modified,
    effective_permissions: permissions(lab, user),
    groups: lab.associations.groups.map(({ id, permissions: granted }) => ({
      id,
      permission: granted.includes('lab_edit') ? 'read_write' : 'read_only',
    })),
  };
}

/** Makes an empty lab that belongs to the user, and notes it in the ledger. */
export function createLab(
  context: CmlContext,
  user: UserRecord,
  fields: Partial<Pick<LabRecord, 'title' | 'description' | 'notes' | 'ownerId' | 'associations'>>,
): LabRecord {
  const now = isoNow(context);
  const lab: LabRecord = {
    id: context.world.random.uuid(),
    title: `Lab at ${new Date(now).toUTCString().slice(0, 22)}`,
    description: '',
    notes: '',
    ownerId: user.id,
    created: now,
    modified: now,
    nodeIds: [],
    links: [],
    annotations: [],
    smartAnnotations: [],
    associations: { users: [], groups: [] },
    connectorMappings: {},
    ...fields,
  };
  context.store.labs.put(lab.id, lab);
  context.world.ledger.open('lab', lab.id, { server: context.options.serverId, title: lab.title });
  return lab;
}
