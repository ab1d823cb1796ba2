import { Refusal } from '@lcm/core/domain/refusal.ts';
import { someSettings } from '@lcm/core/domain/settings.ts';
import { flat, grouped } from '@lcm/core/domain/settings-names.ts';
import type { Command } from 'commander';
import { apiAt } from '../api.ts';
import { table } from '../output/table.ts';
import { urlOption } from './options.ts';

/** Adds `settings`. */
export function addSettingsCommand(program: Command): void {
  const settings = program.command('settings').description('Run-time settings');
  settings
    .command('list', { isDefault: true })
    .description('List every setting, its value, and where that comes from')
    .addOption(urlOption())
    .action(async ({ url }: { url: string }) => {
      const api = apiAt(url);
      const [{ version: _, ...values }, schema] = await Promise.all([
        api.settings.get(),
        api.settings.schema(),
      ]);
      console.log(
        table([['SETTING', 'VALUE', 'UNIT', 'FROM', 'WHAT IT IS'], ...settingRows(values, schema)]),
      );
    });
  settings
    .command('set')
    .description('Change a setting; takes effect at once')
    .argument('<name>', 'within a group as login.idleSeconds')
    .argument('<value>', 'as JSON; what is no JSON is a text')
    .addOption(urlOption())
    .action(async (name: string, value: string, { url }: { url: string }) => {
      const after = await apiAt(url).settings.change({ body: settingChange(name, value) });
      console.log(`${name} is ${JSON.stringify(flat(after)[name])}`);
    });
  settings
    .command('reset')
    .description('Give a setting up: what environment or default say holds again')
    .argument('<name>', 'within a group as login.idleSeconds, or a whole group')
    .addOption(urlOption())
    .action(async (name: string, { url }: { url: string }) => {
      const after = flat(await apiAt(url).settings.reset({ params: { name } }));
      for (const [one, value] of Object.entries(after))
        if (one === name || one.startsWith(`${name}.`)) console.log(`${one} is ${JSON.stringify(value)}`);
    });
}

/** Name, value, unit, source and description of each setting. */
export function settingRows(
  values: Readonly<Record<string, unknown>>,
  schema: Readonly<Record<string, unknown>>,
): string[][] {
  return Object.entries(flat(values)).map(([name, value]) => {
    const about = within(schema, name.split('.'));
    const words = ['x-unit', 'x-source', 'description'].map((word) => String(about[word] ?? ''));
    return [name, JSON.stringify(value), ...words];
  });
}

/** The change that one name and the text of a value say. @throws Refusal `invalid` for a name or value that cannot be */
export function settingChange(name: string, text: string) {
  const read = someSettings.safeParse(grouped({ [name]: typedValue(text) }));
  if (read.success) return read.data;
  throw new Refusal('invalid', `${name}: ${read.error.issues[0]?.message ?? 'cannot be that'}`);
}

function typedValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The part of a JSON Schema that is about the member at that path. */
function within(schema: Readonly<Record<string, unknown>>, path: readonly string[]): Record<string, unknown> {
  let part: Record<string, unknown> = { ...schema };
  for (const name of path) part = memberOf(memberOf(part, 'properties'), name);
  return part;
}

function memberOf(object: Readonly<Record<string, unknown>>, name: string): Record<string, unknown> {
  const member = object[name];
  return typeof member === 'object' && member !== null ? { ...member } : {};
}
