import type { SessionView } from '@lcm/core/api/sessions.ts';
import { PIPELINE_NAMES } from '@lcm/core/api/vocabulary.ts';
import page from '../app/page.module.css';
import { texts } from '../texts/texts.ts';
import { PipelineCard } from './pipeline-card.tsx';

interface PipelinesTabProps {
  view: SessionView;
  step: string | undefined;
  onStep: (step: string | undefined) => void;
}

/** All pipelines of the session, in the order in which they come. */
export function PipelinesTab({ view, step, onStep }: PipelinesTabProps) {
  return (
    <div className={page.stack}>
      {PIPELINE_NAMES.map((name) => {
        const pipeline = view.pipelines[name];
        return pipeline ? (
          <PipelineCard key={name} view={view} pipeline={pipeline} step={step} onStep={onStep} />
        ) : (
          <section key={name} className={page.card}>
            <div className={page.head}>
              <h2>{name}</h2>
              <span className="quiet">{texts.session.pipelineNotYet}</span>
            </div>
          </section>
        );
      })}
    </div>
  );
}
