import type { SessionView } from '@lcm/core/api/sessions.ts';
import { Glyph } from '../state/glyph.tsx';
import { texts } from '../texts/texts.ts';
import { clockTime, dayOfMonth } from '../time/format.ts';
import { useZone, zoneName } from '../time/zone.ts';
import styles from './standing.module.css';

/** Why a session is not ready yet, its place in the queue and when it may be; nothing where nothing is known. */
export function Standing({ standing }: { standing: SessionView['standing'] }) {
  const zone = useZone();
  if (!standing) return null;
  const { reason, queuePlace, readyEstimate } = standing;
  if (!reason && !queuePlace && !readyEstimate) return null;
  const at = readyEstimate ? Date.parse(readyEstimate) : undefined;
  return (
    <div className={styles.standing}>
      <Glyph name="hourglass" />
      <div>
        {reason && (
          <p>
            <strong>{reason.code}</strong> {reason.message}
          </p>
        )}
        <p className="quiet">
          {[
            queuePlace && texts.session.queue(queuePlace),
            at &&
              texts.session.estimate(`${dayOfMonth(at, zone)} ${clockTime(at, zone)} ${zoneName(zone, at)}`),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
    </div>
  );
}
