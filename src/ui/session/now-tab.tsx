import type { SessionView } from '@lcm/core/api/sessions.ts';
import page from '../app/page.module.css';
import { currentPipeline } from '../state/session-look.ts';
import { texts } from '../texts/texts.ts';
import { AccessCard } from './access-card.tsx';
import styles from './now-tab.module.css';
import { PipelineCard } from './pipeline-card.tsx';
import { SessionFacts } from './session-facts.tsx';
import { Standing } from './standing.tsx';

interface NowTabProps {
  view: SessionView;
  step: string | undefined;
  onStep: (step: string | undefined) => void;
}

/** What happens right now, and the facts. */
export function NowTab({ view, step, onStep }: NowTabProps) {
  const name = currentPipeline(view);
  const pipeline = name && view.pipelines[name];
  return (
    <div className={styles.columns}>
      <div className={page.stack}>
        <Standing standing={view.standing} />
        {pipeline ? (
          <PipelineCard view={view} pipeline={pipeline} step={step} onStep={onStep} />
        ) : (
          <div className={`${page.card} ${page.empty}`}>{texts.session.noPipeline}</div>
        )}
        <AccessCard view={view} />
      </div>
      <section className={`${page.card} ${page.stack}`}>
        <h2>{texts.session.facts}</h2>
        <SessionFacts view={view} />
      </section>
    </div>
  );
}
