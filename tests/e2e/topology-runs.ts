import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seedDefinitions, seedSolution } from '@lcm/cli/seeds/seed-definitions.ts';
import type { DefinitionRequest } from '@lcm/core/api/definitions.ts';
import { evidencePlan } from '@lcm/core/domain/definition-state.ts';
import { rubric } from '@lcm/core/domain/rubric.ts';
import { parseTopology } from '@lcm/core/topology/parse-topology.ts';
import { parse } from 'yaml';
import { z } from 'zod';

/** One candidate in one topology, and what that must come to. */
export interface TopologyRun {
  title: string;
  definition: DefinitionRequest;
  /** What the candidate does to devices, by label. */
  changes?: { mode: 'merge' | 'replace'; configurations: Record<string, string> };
  /** The least and the most of the points that this may give, as a share; nothing where nothing is graded. */
  share?: { least: number; most: number };
}

const NOTHING_DONE = { least: 0, most: 0.25 };
const ALL_DONE = { least: 1, most: 1 };

/** The definitions that come with LCM: each untouched, and those that are graded solved as well. */
export async function runsOfSeeds(): Promise<TopologyRun[]> {
  const runs = (await seedDefinitions()).map(async (definition): Promise<TopologyRun[]> => {
    const { name } = definition;
    const configurations = await seedSolution(name);
    if (!configurations) return [{ title: `${name}, untouched`, definition }];
    return [
      { title: `${name}, untouched`, definition, share: NOTHING_DONE },
      { title: `${name}, solved`, definition, changes: { mode: 'merge', configurations }, share: ALL_DONE },
    ];
  });
  return (await Promise.all(runs)).flat();
}

/**
 * Every topology (`*.yaml`) of a folder. `<task>-initial` and `<task>-solution` are graded where there is a
 * rubric for the task, and the initial one once more with the solution's configurations typed in.
 */
export async function runsOfFolder(folder: string): Promise<TopologyRun[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  const topologies = new Map(
    await Promise.all(
      files.map(async (name): Promise<[string, string]> => {
        return [name.slice(0, -'.yaml'.length), await readFile(join(folder, name), 'utf8')];
      }),
    ),
  );
  const runs = [...topologies].map(async ([name, topology]): Promise<TopologyRun[]> => {
    const [, task = '', state] = /^(.+)-(initial|solution)$/.exec(name) ?? [];
    const graded = task ? await rubricOf(task) : undefined;
    const definition: DefinitionRequest = {
      name,
      version: '1.0.0',
      formQualifiedName: `Test Associate LABLET v1.0 ${name.toUpperCase()} 1.1a`,
      topology,
      evidence: graded?.evidence ?? { captureConfigs: true },
      ...(graded ? { grading: { engine: 'builtin', rubric: graded.rubric } } : {}),
    };
    if (!graded) return [{ title: name, definition }];
    if (state === 'solution') return [{ title: name, definition, share: ALL_DONE }];
    const solution = topologies.get(`${task}-solution`);
    const untouched = { title: `${name}, untouched`, definition, share: NOTHING_DONE };
    if (solution === undefined) return [untouched];
    const changes = { mode: 'replace' as const, configurations: configurationsOf(solution) };
    return [untouched, { title: `${name}, solved`, definition, changes, share: ALL_DONE }];
  });
  return (await Promise.all(runs)).flat();
}

const rubricFile = z.object({ evidence: evidencePlan, rubric });

/** What is collected and graded for a task; nothing where nobody has written it. */
async function rubricOf(task: string): Promise<z.infer<typeof rubricFile> | undefined> {
  const folder = new URL('./rubrics/', import.meta.url);
  const name = `${task}.yaml`;
  if (!(await readdir(folder)).includes(name)) return undefined;
  return rubricFile.parse(parse(await readFile(new URL(name, folder), 'utf8')));
}

function configurationsOf(topology: string): Record<string, string> {
  return Object.fromEntries(
    parseTopology(topology)
      .nodes.map(({ label, configuration }) => [label, configuration[0]?.content ?? ''])
      .filter(([, text]) => text !== ''),
  );
}
