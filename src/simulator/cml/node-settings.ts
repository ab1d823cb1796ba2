import { badRequest } from './errors.ts';
import type { Configuration, NodeSettings } from './model.ts';
import { nodeDefinitions } from './node-definitions.ts';
import {
  type Check,
  flag,
  integer,
  type JsonObject,
  listOf,
  nullable,
  number,
  object,
  text,
} from './shape.ts';

const named: Check<{ name: string; content: string }> = (value, path) => {
  const file = object(value, path);
  return {
    name: text(64, 1)(file['name'], `${path}.name`),
    content: text(20 * 1024 * 1024)(file['content'] ?? '', `${path}.content`),
  };
};

const configuration: Check<Configuration> = (value, path) => {
  if (value === null || typeof value === 'string') return value;
  // A single file comes as an object when a client sets one of several.
  return Array.isArray(value) ? listOf(named)(value, path) : [named(value, path)];
};

const knownDefinition: Check<string> = (value, path) => {
  const id = text(250, 1)(value, path);
  if (!nodeDefinitions.has(id)) throw badRequest(`${path}: node definition not found: ${id}`);
  return id;
};

/** How each field of a node is checked, with CML's bounds (reference of topology schema 0.3.x). */
const checks: { [Field in keyof NodeSettings]: Check<NodeSettings[Field]> } = {
  label: text(128, 1),
  node_definition: knownDefinition,
  image_definition: nullable(text(250)),
  x: number(-15_000, 15_000),
  y: number(-15_000, 15_000),
  configuration,
  ram: nullable(integer(0, 1_048_576)),
  cpus: nullable(integer(0, 128)),
  cpu_limit: nullable(integer(20, 100)),
  data_volume: nullable(integer(0, 4096)),
  boot_disk_size: nullable(integer(0, 4096)),
  hide_links: flag,
  tags: listOf(text(64, 1)),
  parameters: (value, path) => (value === null ? {} : object(value, path)),
  pinned_compute_id: nullable(text(64)),
};

const defaults: Omit<NodeSettings, 'label' | 'node_definition'> = {
  image_definition: null,
  x: 0,
  y: 0,
  configuration: null,
  ram: null,
  cpus: null,
  cpu_limit: null,
  data_volume: null,
  boot_disk_size: null,
  hide_links: false,
  tags: [],
  parameters: {},
  pinned_compute_id: null,
};

/** The settings of a new node; throws a 400 that names the wrong field. */
export function readNewNode(from: JsonObject, path: string): NodeSettings {
  const given = readNodeChange(from, path);
  const { label, node_definition } = given;
  if (label === undefined) throw badRequest(`${path}.label: is missing`);
  if (node_definition === undefined) throw badRequest(`${path}.node_definition: is missing`);
  return {
    ...defaults,
    ...given,
    label,
    node_definition,
    tags: [...(given.tags ?? [])],
    parameters: { ...(given.parameters ?? {}) },
  };
}

/** Those settings of a node that the request mentions. */
export function readNodeChange(from: JsonObject, path: string): Partial<NodeSettings> {
  const change: Partial<NodeSettings> = {};
  const read = <Field extends keyof NodeSettings>(field: Field) => {
    const value = from[field];
    if (value !== undefined) change[field] = checks[field](value, `${path}.${field}`);
  };
  for (const field of Object.keys(checks) as (keyof NodeSettings)[]) read(field);
  return change;
}
