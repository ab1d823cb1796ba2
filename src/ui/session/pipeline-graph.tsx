import type { PipelineProgress } from '@lcm/core/api/vocabulary.ts';
import { useEffect, useMemo, useRef } from 'react';
import { texts } from '../texts/texts.ts';
import styles from './pipeline-graph.module.css';
import { layOut } from './pipeline-layout.ts';
import { StepBox } from './step-box.tsx';

const WIDTH = 156;
const HEIGHT = 46;
const GAP_X = 24;
const GAP_Y = 10;

interface PipelineGraphProps {
  pipeline: PipelineProgress;
  step: string | undefined;
  onStep: (name: string) => void;
}

/** The steps of a pipeline as they depend on each other; a list where there is no room for a drawing. */
export function PipelineGraph({ pipeline, step, onStep }: PipelineGraphProps) {
  const { plan } = pipeline;
  const layout = useMemo(() => layOut(plan), [plan]);
  const x = (column: number) => column * (WIDTH + GAP_X);
  const y = (row: number) => row * (HEIGHT + GAP_Y);
  const placed = new Map(layout.steps.map((one) => [one.name, one]));
  const chosen = useRef<HTMLLIElement>(null);
  // Brings the step that one came for into sight, once for each.
  useEffect(() => {
    if (step) chosen.current?.scrollIntoView({ inline: 'center', block: 'nearest' });
  }, [step]);
  const width = x(layout.columns) - GAP_X;
  const height = y(layout.rows) - GAP_Y;
  return (
    <div className={styles.scroller}>
      <ol
        className={styles.graph}
        aria-label={texts.session.graphLabel(pipeline.name)}
        style={{ '--width': `${width}px`, '--height': `${height}px` }}
      >
        {plan.map((one) => {
          const place = placed.get(one.name);
          return (
            <li
              key={one.name}
              ref={step === one.name ? chosen : undefined}
              className={styles.node}
              style={{ '--x': `${x(place?.column ?? 0)}px`, '--y': `${y(place?.row ?? 0)}px` }}
            >
              <StepBox
                plan={one}
                progress={pipeline.steps[one.name]}
                chosen={step === one.name}
                onChoose={() => onStep(one.name)}
              />
            </li>
          );
        })}
      </ol>
      <svg className={styles.edges} width={width} height={height} aria-hidden="true">
        {layout.edges.map(([from, to]) => {
          const [a, b] = [placed.get(from), placed.get(to)];
          if (!a || !b) return null;
          const [x1, y1] = [x(a.column) + WIDTH, y(a.row) + HEIGHT / 2];
          const [x2, y2] = [x(b.column), y(b.row) + HEIGHT / 2];
          const bend = x2 - GAP_X / 2;
          return <path key={`${from}>${to}`} d={`M${x1} ${y1}H${bend}V${y2}H${x2}`} />;
        })}
      </svg>
    </div>
  );
}
