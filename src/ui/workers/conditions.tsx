import type { WorkerView } from '@lcm/core/api/workers.ts';
import { Glyph, type GlyphName } from '../state/glyph.tsx';
import { type Tone, toneColor } from '../state/tone.ts';
import { texts } from '../texts/texts.ts';
import { Age } from '../time/age.tsx';
import styles from './conditions.module.css';

type Condition = WorkerView['conditions'][number];
const LOOKS: Record<Condition['status'], readonly [GlyphName, Tone]> = {
  True: ['check', 'serving'],
  False: ['ringCross', 'neutral'],
  Unknown: ['question', 'attention'],
};

/** Each condition: whether it holds, why, and since when. */
export function Conditions({ conditions }: { conditions: readonly Condition[] }) {
  if (conditions.length === 0) return <p className="quiet">{texts.workers.noConditions}</p>;
  return (
    <ul className={styles.list}>
      {conditions.map(({ type, status, reason, message, since }) => {
        const [glyph, tone] = LOOKS[status];
        return (
          <li key={type} className={styles.condition}>
            <span style={{ color: toneColor(tone) }}>
              <Glyph name={glyph} />
            </span>
            <span>
              <strong>{type}</strong> {texts.workers.status[status]}
            </span>
            <span className="quiet">
              <Age at={since} />
            </span>
            <span className={`quiet ${styles.why}`}>{message || reason}</span>
          </li>
        );
      })}
    </ul>
  );
}
