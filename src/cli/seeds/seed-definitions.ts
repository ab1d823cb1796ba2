import { readdir, readFile } from 'node:fs/promises';
import type { DefinitionRequest } from '@lcm/core/api/definitions.ts';
import { definitionSpec } from '@lcm/core/domain/definition-state.ts';
import { parse } from 'yaml';
import { z } from 'zod';

const FOLDER = new URL('./definitions/', import.meta.url);

/** A definition as it lies here: what an author says, and the file of its topology beside it. */
const seedFile = definitionSpec.extend({ topologyFile: z.string().regex(/^[\w.-]+\.topology\.yaml$/) });

/** The definitions that come with LCM, ready to be published; ordered by name. */
export async function seedDefinitions(): Promise<DefinitionRequest[]> {
  const names = (await readdir(FOLDER)).filter((name) => /^[^.]+\.yaml$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const { topologyFile, ...spec } = seedFile.parse(parse(await readSeed(name)));
      return { ...spec, topology: await readSeed(topologyFile) };
    }),
  );
}

/**
 * What a candidate types into the devices of that definition to pass, by node label; undefined where nothing
 * is graded. For demonstrations and tests.
 */
export async function seedSolution(definition: string): Promise<Record<string, string> | undefined> {
  const name = `${definition}.solution.yaml`;
  if (!(await readdir(FOLDER)).includes(name)) return undefined;
  return z.record(z.string(), z.string()).parse(parse(await readSeed(name)));
}

const readSeed = (name: string) => readFile(new URL(name, FOLDER), 'utf8');
