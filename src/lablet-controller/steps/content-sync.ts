import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { SessionStep } from './step.ts';

/** Makes sure that the definition's content is there before anything is built from it. */
export const contentSync: SessionStep = {
  run: async ({ context: work }) => {
    const { content, spec } = await work.definition();
    for (const key of [content.topologyKey, content.packageKey])
      if (key !== undefined && !(await work.deps.content.has(key)))
        throw new Refusal(
          'unavailable',
          `content ${key} of ${spec.name} ${spec.version} is not in the content store`,
        );
    return { topologyKey: content.topologyKey };
  },
};
