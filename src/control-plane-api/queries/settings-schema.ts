import { type SomeSettings, systemSettingsValues } from '@lcm/core/domain/settings.ts';
import { flat } from '@lcm/core/domain/settings-names.ts';
import { z } from 'zod';
import { inForce } from './settings.ts';

/** Part of a JSON Schema (draft 2020-12). */
interface Schema {
  properties?: Record<string, Schema>;
  default?: unknown;
  additionalProperties?: unknown;
  [keyword: string]: unknown;
}

/** What settings there are, where those in force come from, and what would hold instead of those stored. */
export function settingsSchema(environment: SomeSettings, stored: SomeSettings): Schema {
  const known = {
    environment: flat(environment),
    stored: flat(stored),
    afterReset: flat(inForce(environment, {})),
  };
  const told = (name: string, schema: Schema): Schema => {
    if (schema.properties) return group(schema, (inner) => `${name}.${inner}`);
    const source = name in known.stored ? 'store' : name in known.environment ? 'environment' : 'default';
    return { ...schema, default: known.afterReset[name], 'x-source': source };
  };
  const group = ({ default: _, ...schema }: Schema, nameOf: (inner: string) => string): Schema => ({
    ...schema,
    properties: Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([inner, one]) => [inner, told(nameOf(inner), one)]),
    ),
    additionalProperties: false,
  });
  const schema = z.toJSONSchema(systemSettingsValues, { io: 'input' }) as Schema;
  return { ...group(schema, (name) => name), title: 'Settings' };
}
