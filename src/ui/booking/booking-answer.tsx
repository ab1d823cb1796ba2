import { Button, Group } from '@mantine/core';
import page from '../app/page.module.css';
import { wordsOf } from '../app/use-act.ts';
import { dollars } from '../session/dollars.ts';
import { Facts } from '../session/facts.tsx';
import { Verdicts } from '../session/verdicts.tsx';
import { Chip } from '../state/chip.tsx';
import { Glyph } from '../state/glyph.tsx';
import { toneColor } from '../state/tone.ts';
import { texts } from '../texts/texts.ts';
import { clockTime, dayOfMonth, slotText } from '../time/format.ts';
import { useNow } from '../time/server-clock.ts';
import { useZone, zoneName } from '../time/zone.ts';
import styles from './booking-page.module.css';
import type { useDryRun } from './use-dry-run.ts';

interface BookingAnswerProps {
  dryRun: ReturnType<typeof useDryRun>;
  /** Takes one of the alternatives. */
  onStart: (start: string) => void;
}

const words = texts.booking;

/** What the booking would come to: fits or why not, where, what it costs, when else it would fit. */
export function BookingAnswer({ dryRun, onStart }: BookingAnswerProps) {
  const zone = useZone();
  const now = useNow();
  const { answer, error, old, checking } = dryRun;
  if (error) {
    return (
      <section className={`${page.card} ${page.stack} ${styles.answer}`} aria-live="polite">
        <h2>{words.answer}</h2>
        <p style={{ color: toneColor('failed') }}>
          <Glyph name="octagonBang" /> {wordsOf(error)}
        </p>
      </section>
    );
  }
  if (!answer) {
    return (
      <section className={`${page.card} ${page.stack} ${styles.answer}`}>
        <h2>{words.answer}</h2>
        <p className="quiet">{checking ? words.checking : words.fill}</p>
      </section>
    );
  }
  const { decision, workers, template, standing } = answer;
  const winner = workers.find(({ workerId }) => workerId === decision.winner?.workerId);
  const reason = decision.reason ?? standing?.reason;
  const ready = standing?.readyEstimate ? Date.parse(standing.readyEstimate) : undefined;
  return (
    <section
      className={`${page.card} ${page.stack} ${styles.answer}`}
      aria-live="polite"
      aria-busy={checking}
    >
      <h2>{words.answer}</h2>
      <div className={`${page.stack} ${old ? styles.old : ''}`}>
        <div className={styles.verdict}>
          {answer.fits ? (
            <Chip look={{ glyph: 'check', tone: 'serving', word: words.fits }} />
          ) : (
            <Chip
              look={{
                glyph: 'hourglass',
                tone: 'attention',
                word: words.willWait(reason?.code ?? 'NoCapacity'),
              }}
            />
          )}
          {winner && <span>{words.onWorker(winner.workerName)}</span>}
          {!winner && template && (
            <span>{words.newWorker(template.name, dollars(template.costPerHourUsd))}</span>
          )}
        </div>
        {reason?.message && <p>{reason.message}</p>}
        <Facts
          facts={[
            [words.cost, dollars(answer.costUsd)],
            [
              words.readyAbout,
              ready !== undefined &&
                `${dayOfMonth(ready, zone)} ${clockTime(ready, zone)} ${zoneName(zone, ready)}`,
            ],
          ]}
        />
        {!answer.fits && answer.alternatives.length > 0 && (
          <div>
            <h3>{words.alternatives}</h3>
            <Group gap="sm" mt="xs">
              {answer.alternatives.map(({ start, end }) => (
                <Button key={start} size="xs" variant="default" onClick={() => onStart(start)}>
                  {slotText(Date.parse(start), Date.parse(end), now, zone)}
                </Button>
              ))}
            </Group>
          </div>
        )}
        {workers.length > 0 && (
          <details>
            <summary>{words.evaluated(workers.filter(({ fits }) => fits).length, workers.length)}</summary>
            <Verdicts workers={workers} winner={decision.winner?.workerId} />
          </details>
        )}
      </div>
    </section>
  );
}
