import type { SessionView } from '@lcm/core/api/sessions.ts';
import type { PipelineProgress } from '@lcm/core/api/vocabulary.ts';
import page from '../app/page.module.css';
import { Chip, type Look } from '../state/chip.tsx';
import { texts } from '../texts/texts.ts';
import { lengthText } from '../time/format.ts';
import { useNow } from '../time/server-clock.ts';
import { PipelineGraph } from './pipeline-graph.tsx';
import { StepDetail } from './step-detail.tsx';

const LOOKS: Record<PipelineProgress['status'], Look> = {
  RUNNING: { glyph: 'progress', tone: 'working', word: 'RUNNING' },
  COMPLETED: { glyph: 'check', tone: 'serving', word: 'COMPLETED' },
  PARTIAL: { glyph: 'triangleBang', tone: 'attention', word: 'PARTIAL' },
  FAILED: { glyph: 'octagonBang', tone: 'failed', word: 'FAILED' },
};

interface PipelineCardProps {
  view: SessionView;
  pipeline: PipelineProgress;
  /** The step chosen, as `<pipeline>.<step>`; the one that failed or runs where absent. */
  step: string | undefined;
  onStep: (step: string | undefined) => void;
}

/** One run of a pipeline: its state, its steps, and the step that one wants to know about. */
export function PipelineCard({ view, pipeline, step, onStep }: PipelineCardProps) {
  const [chosenPipeline, chosenStep] = step?.split('.') ?? [];
  const name = chosenPipeline === pipeline.name ? chosenStep : interestingStep(pipeline);
  const steps = Object.values(pipeline.steps);
  const done = steps.filter(({ status }) => status === 'COMPLETED' || status === 'SKIPPED').length;
  return (
    <section className={`${page.card} ${page.stack}`} aria-label={pipeline.name}>
      <div className={page.head}>
        <h2>{pipeline.name}</h2>
        <Chip look={LOOKS[pipeline.status]} />
        <span className="quiet">{texts.session.stepsDone(done, pipeline.plan.length)}</span>
        {pipeline.run > 1 && <span className="quiet">{texts.session.run(pipeline.run)}</span>}
        <span className="quiet">
          <PipelineLength pipeline={pipeline} />
        </span>
      </div>
      <PipelineGraph
        pipeline={pipeline}
        step={name}
        onStep={(chosen) => onStep(`${pipeline.name}.${chosen}`)}
      />
      {name && <StepDetail view={view} pipeline={pipeline} name={name} />}
    </section>
  );
}

/** The step that a look at the pipeline is for: the one that failed, else the one under way. */
function interestingStep({ plan, steps }: PipelineProgress): string | undefined {
  const names = plan.map(({ name }) => name);
  return (
    names.find((name) => steps[name]?.status === 'FAILED') ??
    names.find((name) => steps[name]?.status === 'RUNNING')
  );
}

function PipelineLength({ pipeline }: { pipeline: PipelineProgress }) {
  const now = useNow();
  if (!pipeline.endedAt && pipeline.status !== 'RUNNING') return null;
  const end = pipeline.endedAt ? Date.parse(pipeline.endedAt) : now;
  return lengthText(end - Date.parse(pipeline.startedAt));
}
