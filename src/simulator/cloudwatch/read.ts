import { invalidValue } from './errors.ts';

/** A JSON object whose members are not yet known to be anything. */
export type Fields = Record<string, unknown>;

/** Reads foreign JSON as an object. @throws InvalidParameterValue */
export function asFields(value: unknown, name: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw invalidValue(`${name} must be a structure`);
}

/** Reads a list; one that is absent is empty. @throws InvalidParameterValue */
export function asList(value: unknown, name: string): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw invalidValue(`${name} must be a list`);
}

/** @throws InvalidParameterValue unless it is a text with something in it */
export function asText(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw invalidValue(`The parameter ${name} is required.`);
}

/** Reads a time (seconds since the epoch, as AWS JSON has them) in milliseconds. @throws InvalidParameterValue */
export function asTimeMs(value: unknown, name: string): number {
  const ms = typeof value === 'number' ? value * 1000 : Date.parse(String(value));
  if (Number.isFinite(ms)) return ms;
  throw invalidValue(`The parameter ${name} must be a timestamp.`);
}

/** Reads a period in seconds: a multiple of 60, as EC2's metrics have it. @throws InvalidParameterValue */
export function asPeriodSeconds(value: unknown): number {
  if (typeof value === 'number' && value >= 60 && value % 60 === 0) return value;
  throw invalidValue(`The parameter Period must be a multiple of 60, not ${JSON.stringify(value)}.`);
}

/** The instance that a metric's dimensions name, if they name nothing else. */
export function instanceDimension(dimensions: unknown): string | undefined {
  const all = asList(dimensions, 'Dimensions').map((dimension) => asFields(dimension, 'Dimensions'));
  const [only] = all;
  if (all.length !== 1 || only?.['Name'] !== 'InstanceId') return undefined;
  return asText(only['Value'], 'Dimensions.Value');
}

/** @throws InvalidParameterValue when the times are the wrong way round */
export function requireOrder(fromMs: number, toMs: number): void {
  if (fromMs >= toMs) throw invalidValue('The parameter StartTime must be less than the parameter EndTime.');
}
