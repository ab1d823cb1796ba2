import { z } from 'zod';
import { WORDS } from './example-words.ts';

/** A moment of all examples: 15 January 2027, nine in the morning. */
const MOMENT = '2027-01-15T09:00:00Z';

/** Texts of the kinds that patterns ask for: digests, numbers, names in upper case, versions. */
const OF_PATTERNS = ['5d41402abc4b2a76b9719d911017c592'.repeat(2), '1', 'A', '1.0.0', '/'];

type JsonSchema = z.core.JSONSchema.JSONSchema;

/**
 * A value that the schema lets through, such as a reader can learn from: what a field says of itself by `examples`
 * or its default, else what its name is known for, else the plainest there is. Optional fields are shown where
 * something is known of them.
 * @param side whether it is sent (defaults are not needed) or answered
 */
export function exampleOf(schema: z.ZodType, side: 'input' | 'output', name = ''): unknown {
  const json = z.toJSONSchema(schema, { io: side, unrepresentable: 'any' });
  return exampleIn(json, { name, schema: json.$defs ?? {}, depth: 0 });
}

interface Place {
  name: string;
  schema: Record<string, JsonSchema>;
  depth: number;
}

function exampleIn(json: JsonSchema | boolean | undefined, place: Place): unknown {
  if (json === undefined || typeof json === 'boolean') return {};
  if (json.$ref !== undefined) {
    const known = place.schema[json.$ref.replace('#/$defs/', '')];
    return place.depth > 8 ? undefined : exampleIn(known, { ...place, depth: place.depth + 1 });
  }
  const [given] = json.examples ?? [];
  if (given !== undefined) return given;
  if (json.const !== undefined) return json.const;
  const word = WORDS[place.name];
  if (word !== undefined && fits(json, word)) return word;
  if (json.default !== undefined) return json.default;
  if (json.enum) return json.enum[0];
  const [branch] = (json.anyOf ?? json.oneOf ?? []).filter(
    (one) => typeof one !== 'object' || one.type !== 'null',
  );
  if (branch !== undefined) return exampleIn(branch, place);
  if (json.allOf) return Object.assign({}, ...json.allOf.map((one) => exampleIn(one, place)));
  return plain(json, place);
}

function plain(json: JsonSchema, place: Place): unknown {
  switch (json.type) {
    case 'object':
      return objectOf(json, place);
    case 'array': {
      if (json.maxItems === 0 || place.depth > 8) return [];
      const items = Array.isArray(json.items) ? json.items[0] : json.items;
      const item = exampleIn(items, { ...place, name: place.name.replace(/s$/, ''), depth: place.depth + 1 });
      return item === undefined ? [] : [item];
    }
    case 'string':
      return textOf(json);
    case 'integer':
    case 'number':
      return Math.max(json.minimum ?? 1, Number(json.exclusiveMinimum ?? 0) + 1);
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return {};
  }
}

function objectOf(json: JsonSchema, place: Place): unknown {
  const required = new Set(json.required ?? []);
  const shown = Object.entries(json.properties ?? {}).filter(
    ([name, member]) => required.has(name) || (place.depth < 4 && isKnown(name, member)),
  );
  const members = shown.map(([name, member]): [string, unknown] => [
    name,
    exampleIn(member, { ...place, name, depth: place.depth + 1 }),
  ]);
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

/** Whether something better than a guess can be said of an optional field. */
function isKnown(name: string, member: JsonSchema | boolean): boolean {
  return typeof member === 'object' && (member.examples !== undefined || fits(member, WORDS[name]));
}

/** Whether the word is what the schema asks for, as far as one can see from outside. */
function fits(json: JsonSchema, word: unknown): boolean {
  const options = json.anyOf ?? json.oneOf;
  if (options) return options.some((one) => typeof one === 'object' && fits(one, word));
  if (word === undefined || json.enum || json.$ref) return false;
  if (typeof word === 'string') {
    const isMoment = json.format === 'date-time';
    if (json.type !== 'string' || isMoment !== /^\d{4}-.*Z$/.test(word)) return false;
    return json.pattern === undefined || new RegExp(json.pattern, 'u').test(word);
  }
  if (typeof word === 'number') {
    const isNumber = json.type === 'number' || (json.type === 'integer' && Number.isInteger(word));
    return isNumber && word >= (json.minimum ?? word) && word <= (json.maximum ?? word);
  }
  return json.type === (typeof word === 'boolean' ? 'boolean' : 'object');
}

function textOf(json: JsonSchema): string {
  switch (json.format) {
    case 'date-time':
      return MOMENT;
    case 'date':
      return MOMENT.slice(0, 10);
    case 'email':
      return 'ada.byron@example.org';
    case 'uri':
      return 'https://lcm.example.org/';
    case 'uuid':
      return '2f1c9a4e-6f0b-4c57-9b7e-0d6f6a3f8e21';
    default: {
      const text = 'text'.padEnd(json.minLength ?? 0, '.').slice(0, json.maxLength ?? 200);
      const { pattern } = json;
      if (pattern === undefined) return text;
      return [text, ...OF_PATTERNS].find((one) => new RegExp(pattern, 'u').test(one)) ?? text;
    }
  }
}
