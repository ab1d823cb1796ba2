import { UnstyledButton, VisuallyHidden } from '@mantine/core';
import type { Connection } from '../live/connection.ts';
import { retryNow } from '../live/live.ts';
import { useConnection } from '../live/use-connection.ts';
import { Chip, type Look } from '../state/chip.tsx';
import { texts } from '../texts/texts.ts';
import { clockTimeToSecond, lengthText } from '../time/format.ts';
import { useNow } from '../time/server-clock.ts';
import { useZone, type Zone } from '../time/zone.ts';
import styles from './connection-badge.module.css';

/** Whether what is shown is live and, when it is not, since when. While it waits, a click tries at once. */
export function ConnectionBadge() {
  const connection = useConnection();
  const troubled = connection.state.kind === 'waiting' || connection.stale;
  const calm = calmLook(connection);
  return (
    <span className={styles.badge}>
      {/* Told once per change; the countdown beside it would speak every second. */}
      <VisuallyHidden role="status">{troubled ? texts.connection.troubled : calm.word}</VisuallyHidden>
      {troubled ? (
        <Troubled connection={connection} />
      ) : (
        <span aria-hidden="true">
          <Chip look={calm} title={texts.connection.liveTitle} />
        </span>
      )}
    </span>
  );
}

function Troubled({ connection }: { connection: Connection }) {
  const now = useNow();
  const zone = useZone();
  const look = troubledLook(connection, now, zone);
  const since = sinceText(connection, zone);
  return (
    <UnstyledButton
      className={styles.retry}
      onClick={retryNow}
      title={texts.connection.retry}
      aria-label={texts.connection.retry}
    >
      <Chip look={look} />
      {connection.state.kind === 'waiting' && since && (
        <span className={`quiet ${styles.since}`}>{texts.connection.offlineSince(since)}</span>
      )}
    </UnstyledButton>
  );
}

function calmLook({ state, loaded }: Connection): Look {
  if (state.kind === 'signedOut')
    return { glyph: 'ringCross', tone: 'neutral', word: texts.connection.signedOut };
  return state.kind === 'live' && loaded
    ? { glyph: 'disc', tone: 'serving', word: texts.connection.live }
    : { glyph: 'progress', tone: 'neutral', word: texts.connection.connecting };
}

function troubledLook(connection: Connection, now: number, zone: Zone): Look {
  const { state, serverOffsetMs } = connection;
  if (state.kind === 'waiting') {
    const wait = lengthText(Math.max(1_000, state.retryAt + serverOffsetMs - now));
    return { glyph: 'broken', tone: 'attention', word: texts.connection.waiting(wait) };
  }
  return {
    glyph: 'hourglass',
    tone: 'attention',
    word: texts.connection.stale(sinceText(connection, zone) ?? ''),
  };
}

function sinceText({ heardAt, serverOffsetMs }: Connection, zone: Zone): string | undefined {
  return heardAt === undefined ? undefined : clockTimeToSecond(heardAt + serverOffsetMs, zone);
}
