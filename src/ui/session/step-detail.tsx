import { publicContract } from '@lcm/core/api/contract.ts';
import type { SessionView } from '@lcm/core/api/sessions.ts';
import type { PipelineProgress } from '@lcm/core/api/vocabulary.ts';
import { Button } from '@mantine/core';
import { client } from '../app/client.ts';
import { useMayCall } from '../app/me.ts';
import { useAct } from '../app/use-act.ts';
import { Chip } from '../state/chip.tsx';
import { stepLook } from '../state/session-look.ts';
import { stores } from '../store/stores.ts';
import { texts } from '../texts/texts.ts';
import { dateAndTime, lengthText } from '../time/format.ts';
import { useZone } from '../time/zone.ts';
import styles from './step-detail.module.css';

interface StepDetailProps {
  view: SessionView;
  pipeline: PipelineProgress;
  name: string;
}

/** Everything about one step: when, attempts, what it said, what it gave. */
export function StepDetail({ view, pipeline, name }: StepDetailProps) {
  const zone = useZone();
  const mayCall = useMayCall();
  const { act, busy } = useAct();
  const plan = pipeline.plan.find((one) => one.name === name);
  if (!plan) return null;
  const step = pipeline.steps[name];
  const look = stepLook(step?.status ?? 'PENDING');
  const retry = () =>
    act(texts.session.retryStep, async () => {
      const params = { id: view.id, pipeline: pipeline.name, step: name };
      stores.session.put([await client.sessions.retryStep({ params })]);
    });
  return (
    <section className={styles.detail} aria-label={name}>
      <div className={styles.head}>
        <h3>{name}</h3>
        <Chip look={look} />
        <span className="quiet">{texts.session.attempts(step?.attempts ?? 0, plan.retry.maxAttempts)}</span>
        {plan.optional && <span className="quiet">{texts.session.optional}</span>}
        {plan.needs.length > 0 && <span className="quiet">{texts.session.needs(plan.needs.join(', '))}</span>}
        <span className="quiet">{texts.session.timeout(lengthText(plan.timeoutSeconds * 1_000))}</span>
        {step?.status === 'FAILED' && mayCall(publicContract.sessions.retryStep) && (
          <Button size="compact-sm" variant="default" loading={busy} onClick={retry}>
            {texts.session.retryStep}
          </Button>
        )}
      </div>
      {step?.startedAt && (
        <p className="quiet">
          {dateAndTime(Date.parse(step.startedAt), zone)}
          {step.endedAt &&
            ` – ${dateAndTime(Date.parse(step.endedAt), zone)} · ${lengthText(
              Date.parse(step.endedAt) - Date.parse(step.startedAt),
            )}`}
        </p>
      )}
      {step?.message && <p className={styles.message}>{step.message}</p>}
      {step?.output && Object.keys(step.output).length > 0 && (
        <figure className={styles.figure}>
          <figcaption className="quiet">{texts.session.output}</figcaption>
          <pre className={`mono ${styles.output}`}>{JSON.stringify(step.output, null, 2)}</pre>
        </figure>
      )}
    </section>
  );
}
