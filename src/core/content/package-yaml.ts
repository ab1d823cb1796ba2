import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { repeatedKey, tooDeepIn } from '../topology/yaml-bounds.ts';
import { type PackageFiles, refuse } from './unpack.ts';

/**
 * One YAML (or JSON) file of a package, checked; undefined where the package has no such file.
 * @throws Refusal `rule` naming the file and what is wrong in it
 */
export function readDocument<Schema extends z.ZodType>(
  files: PackageFiles,
  file: string,
  schema: Schema,
): z.output<Schema> | undefined {
  const text = files.get(file);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = parsed(text);
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    refuse(file, `is not valid YAML: ${reason}`);
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  refuse(file, `is not as it should be at /${issue?.path.join('/') ?? ''}: ${issue?.message ?? 'invalid'}`);
}

function parsed(text: string): unknown {
  const deep = tooDeepIn(text);
  if (deep) throw new Error(`line ${deep.line}: ${deep.what}`);
  const document = parseDocument(text, { uniqueKeys: false, logLevel: 'error' });
  const [error] = document.errors;
  if (error) throw error;
  const twice = repeatedKey(document);
  if (twice) throw new Error(`Map keys must be unique, ${twice.name} is there twice`);
  return document.toJS({ maxAliasCount: 100 });
}
