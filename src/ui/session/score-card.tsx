import type { ScoreReport } from '@lcm/core/api/vocabulary.ts';
import page from '../app/page.module.css';
import { Chip, type Look } from '../state/chip.tsx';
import { Glyph } from '../state/glyph.tsx';
import { toneColor } from '../state/tone.ts';
import { texts } from '../texts/texts.ts';
import { dateAndTime } from '../time/format.ts';
import { useZone } from '../time/zone.ts';
import styles from './score-card.module.css';

const { score: words } = texts.session;
const PASS: Look = { glyph: 'check', tone: 'serving', word: words.pass };
const FAIL: Look = { glyph: 'ringCross', tone: 'attention', word: words.fail };

/** One score report: the sum, then each item with what its checks had to say. */
export function ScoreCard({ report, open }: { report: ScoreReport; open: boolean }) {
  const zone = useZone();
  return (
    <details className={page.card} open={open}>
      <summary className={styles.summary}>
        <Chip look={report.passed ? PASS : FAIL} />
        <strong>{words.points(points(report.score), points(report.maxScore))}</strong>
        <span className="quiet">{words.cut(points(report.cutScore))}</span>
        <span className="quiet">
          {words.engine[report.engine]}, {dateAndTime(Date.parse(report.submittedAt), zone)}
        </span>
      </summary>
      {report.sections.map((section) => (
        <section key={section.name} className={styles.section}>
          <h3>
            {section.name}{' '}
            <span className="quiet">{words.points(points(section.score), points(section.maxScore))}</span>
          </h3>
          <ul>
            {section.items.map((item) => (
              <li key={item.id} className={styles.item}>
                <span style={{ color: toneColor(item.passed ? 'serving' : 'attention') }}>
                  <Glyph name={item.passed ? 'check' : 'ringCross'} />
                </span>
                <span>
                  {item.description || item.id}
                  {item.issues.map((issue) => (
                    <span key={issue} className={styles.issue}>
                      {issue}
                    </span>
                  ))}
                </span>
                <span className={styles.points}>
                  <span className={styles.verdict}>{item.passed ? words.pass : words.fail}</span>{' '}
                  {points(item.points)}/{points(item.maxPoints)}
                </span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </details>
  );
}

/** Points without needless decimals. */
const points = (n: number): string => n.toLocaleString('en', { maximumFractionDigits: 2 });
