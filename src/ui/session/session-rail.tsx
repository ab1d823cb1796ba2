import type { SessionView } from '@lcm/core/api/sessions.ts';
import { Glyph } from '../state/glyph.tsx';
import { sessionLook, statusLook } from '../state/session-look.ts';
import { toneColor } from '../state/tone.ts';
import { texts } from '../texts/texts.ts';
import { dateAndTime, lengthText } from '../time/format.ts';
import { useNow } from '../time/server-clock.ts';
import { useZone } from '../time/zone.ts';
import { type RailStop, railOf } from './rail.ts';
import styles from './session-rail.module.css';

/** The session's way as one line: where it was and for how long, where it is, where it goes. */
export function SessionRail({ view }: { view: SessionView }) {
  return (
    <ol className={styles.rail} aria-label={texts.session.rail}>
      {railOf(view).map((stop) => (
        <Stop key={stop.status} stop={stop} view={view} />
      ))}
    </ol>
  );
}

function Stop({ stop, view }: { stop: RailStop; view: SessionView }) {
  const zone = useZone();
  const look = stop.kind === 'now' ? sessionLook(view) : statusLook(stop.status);
  const title = stop.since
    ? [dateAndTime(stop.since, zone), stop.by && texts.session.history.by(stop.by), stop.reason]
        .filter(Boolean)
        .join(', ')
    : undefined;
  return (
    <li
      className={styles.stop}
      data-kind={stop.kind}
      aria-current={stop.kind === 'now' ? 'step' : undefined}
      title={title}
      style={stop.kind === 'next' ? undefined : { color: toneColor(look.tone) }}
    >
      <Glyph name={stop.kind === 'past' ? 'check' : look.glyph} />
      <span className={styles.word}>
        {look.word}
        {stop.visits > 1 && ` ×${stop.visits}`}
      </span>
      <StopLength stop={stop} final={view.ending !== undefined && !nextOf(view)} />
    </li>
  );
}

function nextOf(view: SessionView): boolean {
  return railOf(view).some(({ kind }) => kind === 'next');
}

function StopLength({ stop, final }: { stop: RailStop; final: boolean }) {
  const now = useNow();
  if (stop.since === undefined || (stop.kind === 'now' && final)) return null;
  return <span className={styles.length}>{lengthText((stop.until ?? now) - stop.since)}</span>;
}
