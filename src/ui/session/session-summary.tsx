import type { SessionView } from '@lcm/core/api/sessions.ts';
import { Countdown, StepNow } from '../sessions/session-times.tsx';
import { Chip } from '../state/chip.tsx';
import { currentPipeline, sessionFlags, sessionLook } from '../state/session-look.ts';
import { SessionFacts } from './session-facts.tsx';
import styles from './session-summary.module.css';
import { Standing } from './standing.tsx';

/** The glance at a session: state, why, what is next, facts. */
export function SessionSummary({ view }: { view: SessionView }) {
  const name = currentPipeline(view);
  const pipeline = name && view.pipelines[name];
  return (
    <>
      <div className={styles.line}>
        <Chip look={sessionLook(view)} />
        {sessionFlags(view).map((look) => (
          <Chip key={look.word} look={look} />
        ))}
        <Countdown view={view} />
      </div>
      <Standing standing={view.standing} />
      {pipeline && (
        <div className={styles.line}>
          <StepNow pipeline={pipeline} />
        </div>
      )}
      <SessionFacts view={view} />
    </>
  );
}
