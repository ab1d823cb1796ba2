import { z } from 'zod';
import type { EvidencePlan } from '../domain/definition-state.ts';
import type { Rubric } from '../domain/rubric.ts';
import { readDocument } from './package-yaml.ts';
import type { PackageFiles } from './unpack.ts';

/** A job step (reference 03, section 4.4); only `collect@v1` says what is evidence. */
const step = z.looseObject({
  id: z.string().optional(),
  uses: z.string().optional(),
  target: z.string().optional(),
  with: z.looseObject({ command: z.string().optional() }).nullish(),
  capture: z.record(z.string(), z.unknown()).nullish(),
});

const job = z.looseObject({
  steps: z.array(step).optional(),
  spec: z.looseObject({ steps: z.array(step).optional() }).optional(),
});

/** What the jobs of a package collect. */
export interface CollectedByJobs {
  commands: EvidencePlan['commands'];
  /** Name of the evidence by the variable into which a job captures it. */
  captures: ReadonlyMap<string, string>;
}

/** Reads the jobs of a package for the plain commands that they run on devices; anything else is left alone. */
export function readJobs(files: PackageFiles, root: string, labels: readonly string[]): CollectedByJobs {
  const byNode = new Map<string, string[]>();
  const captures = new Map<string, string>();
  for (const file of [...files.keys()].sort()) {
    if (!file.startsWith(`${root}jobs/`) || !/\.ya?ml$/.test(file)) continue;
    const read = readDocument(files, file, job);
    for (const { id, uses, target, with: inputs, capture } of read?.steps ?? read?.spec?.steps ?? []) {
      const command = inputs?.command;
      if (!uses?.startsWith('collect@') || !target || !command || command.includes('${')) continue;
      const node = labelOf(target, labels);
      const commands = byNode.get(node) ?? [];
      if (!commands.includes(command)) commands.push(command);
      byNode.set(node, commands);
      for (const name of Object.keys(capture ?? {})) {
        captures.set(name, `output:${node}:${command}`);
        if (id) captures.set(`${id}.${name}`, `output:${node}:${command}`);
      }
    }
  }
  return { commands: [...byNode].map(([node, commands]) => ({ node, commands })), captures };
}

/** What has to be collected for the rubric and the jobs; nothing where the package has neither. */
export function evidenceOf(jobs: CollectedByJobs, rubric: Rubric | undefined): EvidencePlan | undefined {
  if (!rubric && jobs.commands.length === 0) return undefined;
  return { captureConfigs: true, commands: jobs.commands, pcapLinks: [] };
}

/** The node that a connector or device is called after: the same label, in whatever case. */
export function labelOf(name: string, labels: readonly string[]): string {
  const wanted = name.toLowerCase();
  return (
    labels.find((label) => label === name) ?? labels.find((label) => label.toLowerCase() === wanted) ?? name
  );
}
