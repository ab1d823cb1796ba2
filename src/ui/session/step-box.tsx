import type { StepPlan, StepProgress } from '@lcm/core/api/vocabulary.ts';
import { Glyph } from '../state/glyph.tsx';
import { stepLook } from '../state/session-look.ts';
import { toneColor } from '../state/tone.ts';
import { lengthText } from '../time/format.ts';
import { useNow } from '../time/server-clock.ts';
import styles from './step-box.module.css';

interface StepBoxProps {
  plan: StepPlan;
  progress: StepProgress | undefined;
  chosen: boolean;
  onChoose: () => void;
}

/** One step: its state by shape and word, how long it took, how many attempts. */
export function StepBox({ plan, progress, chosen, onChoose }: StepBoxProps) {
  const look = stepLook(progress?.status ?? 'PENDING');
  return (
    <button
      type="button"
      className={styles.box}
      aria-pressed={chosen}
      data-status={progress?.status ?? 'PENDING'}
      title={progress?.message}
      onClick={onChoose}
    >
      <span style={{ color: toneColor(look.tone) }} className={styles.glyph}>
        <Glyph name={look.glyph} />
      </span>
      <span className={styles.name}>{plan.name}</span>
      <span className={styles.detail}>
        {look.word}
        <StepLength progress={progress} />
        {(progress?.attempts ?? 0) > 1 && ` ×${progress?.attempts}`}
      </span>
    </button>
  );
}

/** How long the step took, or has taken so far. */
function StepLength({ progress }: { progress: StepProgress | undefined }) {
  if (!progress?.startedAt || progress.status === 'SKIPPED') return null;
  const from = Date.parse(progress.startedAt);
  if (progress.endedAt) return <> · {lengthText(Date.parse(progress.endedAt) - from)}</>;
  return progress.status === 'RUNNING' ? <Running from={from} /> : null;
}

function Running({ from }: { from: number }) {
  return <> · {lengthText(useNow() - from)}</>;
}
