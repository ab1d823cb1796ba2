import type { DefinitionSpec, EvidencePlan, PortDefinition } from '../domain/definition-state.ts';
import type { Rubric } from '../domain/rubric.ts';

/** A device that the candidate may see, by its label in the topology. */
export interface VisibleDevice {
  label: string;
  /** How it is meant to be used, such as `ssh` or `web`. */
  accessMode?: string | undefined;
}

/** What a content package says about a lab environment. */
export interface ContentPackage {
  layout: 'legacy' | 'PAv1';
  title?: string | undefined;
  formQualifiedName?: string | undefined;
  /** The CML topology, as text. */
  topology: string;
  /** Absent where the package does not say: then every device may be seen. */
  visibleDevices?: VisibleDevice[] | undefined;
  ports?: PortDefinition[] | undefined;
  rubric?: Rubric | undefined;
  evidence?: EvidencePlan | undefined;
  /** Who published it and when, by the names that the package uses. */
  metadata: Record<string, string>;
}

/** The definition with what its author left open taken from the package. */
export function specWithPackage(spec: DefinitionSpec, content: ContentPackage): DefinitionSpec {
  const { title, formQualifiedName, ports, rubric, evidence } = content;
  return {
    ...(title ? { title } : {}),
    ...(formQualifiedName ? { formQualifiedName } : {}),
    ...(ports ? { ports } : {}),
    ...(evidence ? { evidence } : {}),
    ...(rubric ? { grading: { engine: 'builtin' as const, rubric } } : {}),
    ...withoutAbsent(spec),
  };
}

function withoutAbsent(spec: DefinitionSpec): DefinitionSpec {
  const said = { ...spec };
  for (const key of ['title', 'formQualifiedName', 'ports', 'evidence', 'grading'] as const)
    if (said[key] === undefined) delete said[key];
  return said;
}
