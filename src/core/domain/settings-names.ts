import { z } from 'zod';
import { type SomeSettings, systemSettingsValues } from './settings.ts';

/** Names of the settings that hold others, such as `login`. */
const GROUPS: ReadonlySet<string> = new Set(
  Object.entries(systemSettingsValues.shape).flatMap(([name, schema]) =>
    schema instanceof z.ZodPrefault && schema.unwrap() instanceof z.ZodObject ? [name] : [],
  ),
);

/** Every single setting by its name, within a group as `login.idleSeconds`. */
export const SETTING_NAMES: readonly string[] = Object.keys(
  flat(systemSettingsValues.parse({}) as Readonly<Record<string, unknown>>),
);

/** What can be reset: single settings, and groups as a whole. */
export const isSettingName = (name: string): boolean => SETTING_NAMES.includes(name) || GROUPS.has(name);

/** Settings as a flat list by their names. */
export function flat(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(values).flatMap(([name, value]) =>
    GROUPS.has(name) && typeof value === 'object' && value !== null
      ? Object.entries(value).map(([inner, one]) => [`${name}.${inner}`, one])
      : [[name, value]],
  );
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** Settings out of a flat list. */
export function grouped(list: Readonly<Record<string, unknown>>): SomeSettings {
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(list)) {
    const [group = '', inner] = name.split('.');
    if (inner === undefined) values[name] = value;
    else values[group] = { ...(values[group] as object | undefined), [inner]: value };
  }
  return values;
}

/** What the upper says, and what the lower says of the rest. */
export function overlaid(lower: SomeSettings, upper: SomeSettings): SomeSettings {
  return grouped({ ...flat(lower), ...flat(upper) });
}
