import { type Ec2Action, instancesHere, instancesNamed, refuseDryRun } from './call.ts';
import { Ec2Error, invalidParameter } from './errors.ts';
import { readFilters } from './filters.ts';
import { page } from './pages.ts';
import type { Query } from './query.ts';

/** Sets tags on instances; tags with the same key are replaced. */
export const createTags: Ec2Action = (call) => {
  refuseDryRun(call.query);
  const added = readTags(call.query);
  for (const instance of instancesNamed(call.query.texts('ResourceId'), instancesHere(call))) {
    call.ec2.instances.retag(instance.id, checked({ ...instance.tags, ...added }));
  }
  return { return: true };
};

/** Takes tags off instances: those with the given keys (and values, where given), or all. */
export const deleteTags: Ec2Action = (call) => {
  refuseDryRun(call.query);
  const unwanted = call.query
    .groups('Tag')
    .map((tag) => ({ key: tag.required('Key'), value: tag.text('Value') }));
  for (const instance of instancesNamed(call.query.texts('ResourceId'), instancesHere(call))) {
    const kept = Object.entries(instance.tags).filter(
      ([key, value]) =>
        unwanted.length > 0 &&
        !unwanted.some((tag) => tag.key === key && (tag.value === undefined || tag.value === value)),
    );
    call.ec2.instances.retag(instance.id, Object.fromEntries(kept));
  }
  return { return: true };
};

/** Lists the tags of the region's instances, one entry per tag. */
export const describeTags: Ec2Action = (call) => {
  const matches = readFilters<TagOfInstance>(call.query, {
    fields: {
      key: (tag) => tag.key,
      value: (tag) => tag.value,
      'resource-id': (tag) => tag.resourceId,
      'resource-type': () => 'instance',
    },
  });
  const all = instancesHere(call).flatMap((instance) =>
    Object.entries(instance.tags).map(([key, value]) => ({ resourceId: instance.id, key, value })),
  );
  const numbered = all.map((tag, index) => ({ tag, position: index + 1 })).filter(({ tag }) => matches(tag));
  const { items, nextToken } = page(call.query, numbered, ({ position }) => position);
  const tagSet = items.map(({ tag }) => ({ ...tag, resourceType: 'instance' }));
  return { tagSet, nextToken };
};

/** The tags that a launch gives to what it makes of one type of resource. */
export function tagsAtLaunch(query: Query, resourceType: string): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const specification of query.groups('TagSpecification')) {
    const type = specification.required('ResourceType');
    if (!taggableAtLaunch.has(type)) throw invalidParameter('TagSpecification.ResourceType', type);
    const read = readTags(specification);
    if (type === resourceType) Object.assign(tags, read);
  }
  return checked(tags);
}

interface TagOfInstance {
  resourceId: string;
  key: string;
  value: string;
}

const taggableAtLaunch = new Set(['instance', 'volume', 'network-interface', 'spot-instances-request']);

function readTags(query: Query): Record<string, string> {
  return Object.fromEntries(query.groups('Tag').map((tag) => [tag.required('Key'), tag.text('Value') ?? '']));
}

/** EC2 takes 50 tags a resource, keys of 128 and values of 256 characters; `aws:` is its own. */
function checked(tags: Record<string, string>): Record<string, string> {
  const entries = Object.entries(tags);
  if (entries.length > 50) throw new Ec2Error('TagLimitExceeded', 'More than 50 tags specified');
  for (const [key, value] of entries) {
    if (key.length > 128 || value.length > 256) {
      throw new Ec2Error('InvalidParameterValue', `Tag key or value of '${key}' exceeds the maximum length`);
    }
    if (key.toLowerCase().startsWith('aws:')) {
      throw new Ec2Error('InvalidParameterValue', `Tag keys starting with 'aws:' are reserved: '${key}'`);
    }
  }
  return tags;
}
