import type { definitionRequest } from '@lcm/core/api/definitions.ts';
import type { DefinitionSpec, TopologyFacts } from '@lcm/core/domain/definition-state.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { planPipeline } from '@lcm/core/pipeline/plan.ts';
import { parseTopology } from '@lcm/core/topology/parse-topology.ts';
import { topologyFacts } from '@lcm/core/topology/topology-facts.ts';
import type { z } from 'zod';
import { readContentPackage } from './read-content-package.ts';

/** A definition as it was sent, read and checked. */
export interface ReadDefinition {
  spec: DefinitionSpec;
  topology: string;
  packageBytes?: Uint8Array | undefined;
  facts: TopologyFacts;
}

/** Reads the topology or the package of a request. @throws Refusal `rule` that names what is wrong and where */
export async function readDefinition(request: z.output<typeof definitionRequest>): Promise<ReadDefinition> {
  const { topology: inline, package: packed, ...said } = request;
  if ((inline === undefined) === (packed === undefined)) {
    throw new Refusal('rule', 'a definition needs either topology or package', {
      fields: [{ pointer: '/topology', message: 'is needed, unless package is given' }],
    });
  }
  const content = packed === undefined ? undefined : readContentPackage(packed, said);
  const spec = content?.spec ?? said;
  const topology = content?.topology ?? inline ?? '';
  const facts = topologyFacts(parseTopology(topology), spec);
  for (const [name, change] of Object.entries(spec.pipelines ?? {})) {
    if (change) planPipeline(name as keyof NonNullable<DefinitionSpec['pipelines']>, change);
  }
  return { spec, topology, packageBytes: content?.bytes, facts };
}
