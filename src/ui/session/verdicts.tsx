import type { WorkerVerdict } from '@lcm/core/api/sessions.ts';
import { Link } from '@tanstack/react-router';
import { Chip } from '../state/chip.tsx';
import { texts } from '../texts/texts.ts';
import styles from './verdicts.module.css';

const { placement } = texts.session;

/** What each worker comes to: fits with its score, or the filter that refused it. Those that fit come first. */
export function Verdicts({
  workers,
  winner,
}: {
  workers: readonly WorkerVerdict[];
  winner?: string | undefined;
}) {
  if (workers.length === 0) return <p className="quiet">{placement.noWorkers}</p>;
  const sorted = [...workers].sort(
    (a, b) =>
      Number(b.workerId === winner) - Number(a.workerId === winner) ||
      Number(b.fits) - Number(a.fits) ||
      (b.score ?? 0) - (a.score ?? 0) ||
      (a.workerName < b.workerName ? -1 : 1),
  );
  return (
    <div className={styles.scroller}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{placement.worker}</th>
            <th scope="col">{placement.verdict}</th>
            <th scope="col">{placement.why}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map(({ workerId, workerName, fits, score, filter, message }) => (
            <tr key={workerId} data-winner={workerId === winner || undefined}>
              <td>
                <Link to="/workers/$id" params={{ id: workerId }}>
                  {workerName}
                </Link>
              </td>
              <td>
                {workerId === winner ? (
                  <Chip look={{ glyph: 'disc', tone: 'serving', word: placement.winner }} />
                ) : fits ? (
                  <Chip look={{ glyph: 'check', tone: 'serving', word: placement.fits }} />
                ) : (
                  <Chip
                    look={{
                      glyph: 'ringCross',
                      tone: 'neutral',
                      word: placement.refused(filter ?? 'filter'),
                    }}
                  />
                )}
              </td>
              <td>{message ?? (score === undefined ? '' : placement.score(score.toFixed(2)))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
