import { Ec2Error } from './errors.ts';
import type { Query } from './query.ts';

/** Reads one filterable field of a thing; several values match if any does. */
type FilterField<T> = (thing: T) => string | undefined | (string | undefined)[];

/** How things of a kind can be filtered: by these names, and by tag where they have tags. */
export interface Filterable<T> {
  fields: Record<string, FilterField<T>>;
  tags?: (thing: T) => Record<string, string>;
}

/**
 * The predicate that the `Filter.n` parameters of a call describe: all filters must match, each by any of its
 * values, with `*` and `?` as wildcards.
 * @throws InvalidParameterValue for a filter that the action does not have
 */
export function readFilters<T>(query: Query, filterable: Filterable<T>): (thing: T) => boolean {
  const tests = query.groups('Filter').map((filter) => {
    const field = fieldNamed(filter.required('Name'), filterable);
    const patterns = filter.texts('Value').map(wildcard);
    return (thing: T) =>
      [field(thing)]
        .flat()
        .some((value) => value !== undefined && patterns.some((pattern) => pattern(value)));
  });
  return (thing) => tests.every((test) => test(thing));
}

function fieldNamed<T>(name: string, { fields, tags }: Filterable<T>): FilterField<T> {
  const field = fields[name];
  if (field) return field;
  if (tags && name === 'tag-key') return (thing) => Object.keys(tags(thing));
  if (tags && name.startsWith('tag:')) return (thing) => tags(thing)[name.slice('tag:'.length)];
  throw new Ec2Error('InvalidParameterValue', `The filter '${name}' is invalid`);
}

/** A matcher for one filter value; backslash takes the meaning from `*`, `?` and itself. */
export function wildcard(pattern: string): (value: string) => boolean {
  if (!/[*?\\]/.test(pattern)) return (value) => value === pattern;
  const source = pattern.replace(/\\([*?\\])|[\s\S]/g, (part, literal: string | undefined) => {
    if (literal !== undefined) return `\\${literal}`;
    if (part === '*') return '[\\s\\S]*';
    if (part === '?') return '[\\s\\S]';
    return part.replace(/[.+^${}()|[\]\\/]/, '\\$&');
  });
  const expression = new RegExp(`^${source}$`, 'u');
  return (value) => expression.test(value);
}
