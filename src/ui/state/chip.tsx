import styles from './chip.module.css';
import { Glyph, type GlyphName } from './glyph.tsx';
import { type Tone, toneColor } from './tone.ts';

export interface Look {
  glyph: GlyphName;
  tone: Tone;
  word: string;
}

/** A state: its shape and its word, in its tone. @param title more about it, for the pointer */
export function Chip({ look, title }: { look: Look; title?: string | undefined }) {
  return (
    <span className={styles.chip} style={{ color: toneColor(look.tone) }} title={title}>
      <Glyph name={look.glyph} />
      {look.word}
    </span>
  );
}
