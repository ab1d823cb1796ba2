import type { Endpoint } from '@lcm/core/api/endpoint.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { z } from 'zod';

/** A part of an answer that was asked for: all of it, or its members by name. */
type Wanted = 'all' | Map<string, Wanted>;

/** The query parameter by which a caller asks for a part of the answer only. */
export const fieldsParameter = z
  .string()
  .min(1)
  .max(2_000)
  .optional()
  .describe(
    'Only these fields of the answer, or of each item of a list: names joined by commas, with dots for fields within fields',
  );

/** Whether an operation lets its callers choose fields: every read does. */
export const takesFields = ({ method, answer }: Endpoint): boolean =>
  method === 'GET' && answer !== undefined;

/**
 * The answer with those fields only.
 * @param fields as it stands in the query, such as `id,timeslot.start`
 * @throws Refusal `invalid` that names what the answer never has
 */
export function onlyFields(endpoint: Endpoint, fields: string, answer: unknown): unknown {
  const item = endpoint.answer && itemOf(endpoint.answer);
  const shown = item ?? endpoint.answer;
  if (!shown) return answer;
  const wanted = wantedOf(fields, shown);
  if (!item) return picked(answer, wanted);
  const page = answer as { items: unknown[] };
  return { ...page, items: page.items.map((one) => picked(one, wanted)) };
}

function wantedOf(fields: string, schema: z.core.$ZodType): Wanted {
  const wanted = new Map<string, Wanted>();
  const unknown: string[] = [];
  for (const field of fields.split(',')) {
    const names = field.trim().split('.');
    if (names.includes('') || !has(schema, names)) unknown.push(field);
    else add(wanted, names);
  }
  if (unknown.length === 0) return wanted;
  throw new Refusal('invalid', `there is no field ${unknown.join(', ')} in the answer`, {
    fields: unknown.map((field) => ({ pointer: '/query/fields', message: `the answer has no ${field}` })),
  });
}

function add(wanted: Map<string, Wanted>, [name = '', ...rest]: string[]): void {
  const known = wanted.get(name);
  if (known === 'all') return;
  if (rest.length === 0) {
    wanted.set(name, 'all');
    return;
  }
  const within = known ?? new Map<string, Wanted>();
  wanted.set(name, within);
  add(within, rest);
}

function picked(value: unknown, wanted: Wanted): unknown {
  if (wanted === 'all' || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => picked(one, wanted));
  const members = Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
    const within = wanted.get(name);
    return within === undefined ? [] : [[name, picked(member, within)]];
  });
  return Object.fromEntries(members);
}

/** The items' schema where the answer is a page, or another list; undefined where it is one thing. */
function itemOf(answer: z.core.$ZodType): z.core.$ZodType | undefined {
  const { def } = (answer as z.core.$ZodTypes)._zod;
  if (def.type !== 'object') return undefined;
  const items = def.shape['items'] as z.core.$ZodTypes | undefined;
  return items?._zod.def.type === 'array' ? items._zod.def.element : undefined;
}

const typeOf = (schema: z.core.$ZodType): string => schema._zod.def.type;

/** Whether what the schema lets through may have such a member. */
function has(schema: z.core.$ZodType, names: readonly string[]): boolean {
  const [name, ...rest] = names;
  if (name === undefined) return true;
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object': {
      const member = Object.hasOwn(def.shape, name) ? def.shape[name] : def.catchall;
      return member !== undefined && typeOf(member) !== 'never' && has(member, rest);
    }
    case 'array':
      return has(def.element, names);
    case 'record':
      return has(def.valueType, rest);
    case 'union':
      return def.options.some((option) => has(option, names));
    case 'intersection':
      return has(def.left, names) || has(def.right, names);
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
    case 'nonoptional':
    case 'catch':
      return has(def.innerType, names);
    case 'pipe':
      return has(def.out, names);
    case 'lazy':
      return has(def.getter(), names);
    case 'unknown':
    case 'any':
      return true;
    default:
      return false;
  }
}
