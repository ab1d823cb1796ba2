import { nodeDefinitions } from './node-definitions.ts';

/** One installed image: each kind of node has one, named by its definition. */
export interface ImageDefinition {
  id: string;
  node_definition_id: string;
  label: string;
  description: string;
  disk_image: string;
  read_only: boolean;
}

/** The installed images, by id. */
export const imageDefinitions: ReadonlyMap<string, ImageDefinition> = new Map(
  [...nodeDefinitions.values()].flatMap((definition) => {
    if (definition.image === null) return [];
    const image: ImageDefinition = {
      id: definition.image,
      node_definition_id: definition.id,
      label: `${definition.label} (${definition.image})`,
      description: `The ${definition.label} reference platform image`,
      disk_image: `${definition.image}.qcow2`,
      read_only: true,
    };
    return [[image.id, image] as const];
  }),
);
