import { badRequest } from './errors.ts';

/** Reads one foreign value; throws a 400 that names the path where it is not what it should be. */
export type Check<T> = (value: unknown, path: string) => T;

/** A JSON object whose fields are not known yet. */
export type JsonObject = Record<string, unknown>;

export const object: Check<JsonObject> = (value, path) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badRequest(`${path}: expected an object, got ${kind(value)}`);
  return value as JsonObject;
};

/** Text of at most `max` characters. */
export const text =
  (max = 1_048_576, min = 0): Check<string> =>
  (value, path) => {
    if (typeof value !== 'string') throw badRequest(`${path}: expected a string, got ${kind(value)}`);
    if (value.length < min) throw badRequest(`${path}: must not be empty`);
    if (value.length > max) throw badRequest(`${path}: longer than ${max} characters`);
    return value;
  };

/** A number within bounds, both included. */
export const number =
  (min: number, max: number): Check<number> =>
  (value, path) => {
    if (typeof value !== 'number' || Number.isNaN(value))
      throw badRequest(`${path}: expected a number, got ${kind(value)}`);
    if (value < min || value > max) throw badRequest(`${path}: ${value} is not between ${min} and ${max}`);
    return value;
  };

/** A whole number within bounds, both included. */
export const integer = (min: number, max: number): Check<number> => {
  const bounded = number(min, max);
  return (value, path) => {
    const result = bounded(value, path);
    if (!Number.isInteger(result)) throw badRequest(`${path}: ${result} is not a whole number`);
    return result;
  };
};

export const flag: Check<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw badRequest(`${path}: expected true or false, got ${kind(value)}`);
  return value;
};

export const listOf =
  <T>(item: Check<T>): Check<T[]> =>
  (value, path) => {
    if (!Array.isArray(value)) throw badRequest(`${path}: expected a list, got ${kind(value)}`);
    return value.map((entry, index) => item(entry, `${path}[${index}]`));
  };

export const nullable =
  <T>(check: Check<T>): Check<T | null> =>
  (value, path) =>
    value === null ? null : check(value, path);

export const oneOf =
  <const T extends string>(...allowed: T[]): Check<T> =>
  (value, path) => {
    const found = allowed.find((one) => one === value);
    if (found === undefined)
      throw badRequest(`${path}: ${JSON.stringify(value)} is not one of ${allowed.join(', ')}`);
    return found;
  };

/** A field that must be there. */
export function required<T>(from: JsonObject, name: string, check: Check<T>, path = ''): T {
  if (from[name] === undefined) throw badRequest(`${join(path, name)}: is missing`);
  return check(from[name], join(path, name));
}

/** A field that may be missing. */
export function optional<T>(from: JsonObject, name: string, check: Check<T>, path = ''): T | undefined {
  return from[name] === undefined ? undefined : check(from[name], join(path, name));
}

const join = (path: string, name: string) => (path ? `${path}.${name}` : name);
const kind = (value: unknown) =>
  value === null ? 'nothing' : Array.isArray(value) ? 'a list' : `${typeof value} ${shown(value)}`;
const shown = (value: unknown) =>
  typeof value === 'object' ? '' : JSON.stringify(String(value).slice(0, 40));
