import type { DefinitionView } from '@lcm/core/api/definitions.ts';
import type { DefinitionStatus } from '@lcm/core/api/vocabulary.ts';
import type { Look } from './chip.tsx';
import type { GlyphName } from './glyph.tsx';
import type { Tone } from './tone.ts';

const DEFINITION_LOOKS: Record<DefinitionStatus, readonly [GlyphName, Tone]> = {
  PENDING_SYNC: ['progress', 'working'],
  ACTIVE: ['disc', 'serving'],
  DEPRECATED: ['downArrow', 'attention'],
  ARCHIVED: ['check', 'neutral'],
};

/** How a definition's status looks. */
export function definitionLook({ status }: Pick<DefinitionView, 'status'>): Look {
  const [glyph, tone] = DEFINITION_LOOKS[status];
  return { glyph, tone, word: status.replace('_', ' ') };
}
