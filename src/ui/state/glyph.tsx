import type { ReactNode } from 'react';
import styles from './glyph.module.css';

/** The shapes that stand for states, each a 16 by 16 drawing of its own so that none depends on colour. */
export type GlyphName = keyof typeof GLYPHS;

const ring = <circle cx="8" cy="8" r="6" />;
const square = <rect x="3" y="3" width="10" height="10" rx="1" />;
const dot = <circle cx="8" cy="8" r="2.5" className={styles.solid} />;
const cross = <path d="m6 6 4 4m0-4-4 4" />;
const octagon = <path d="M5.5 2h5L14 5.500v5L10.5 14h-5L2 10.500v-5z" />;

const GLYPHS = {
  dashedRing: <circle cx="8" cy="8" r="6" strokeDasharray="2.5 2.2" />,
  dashedBox: <rect x="2.5" y="2.5" width="11" height="11" rx="1" strokeDasharray="2.5 2.2" />,
  clock: (
    <>
      {ring}
      <path d="M8 4.500V8l2.5 1.5" />
    </>
  ),
  progress: (
    <>
      <circle cx="8" cy="8" r="6" className={styles.track} />
      <path d="M8 2a6 6 0 0 1 6 6" className={styles.turning} />
    </>
  ),
  ringDot: (
    <>
      {ring}
      {dot}
    </>
  ),
  play: <path d="M4 2.500v11l9-5.500z" className={styles.solid} />,
  tray: <path d="M8 2v6m-2.5-2.500L8 8l2.5-2.500M2.5 9v4.500h11V9h-3l-1 2h-3l-1-2z" />,
  checklist: <path d="m2 4 1.2 1.200L5.5 3M2 11l1.2 1.200L5.5 10M8 4h6M8 11.500h6" />,
  ringSquare: (
    <>
      {ring}
      <rect x="5.8" y="5.8" width="4.4" height="4.4" className={styles.solid} />
    </>
  ),
  ringCross: (
    <>
      {ring}
      {cross}
    </>
  ),
  square,
  pause: <path d="M4 3h2.500v10H4zm5.5 0H12v10H9.500z" className={styles.solid} />,
  check: <path d="m2.5 8.5 3.5 3.5 7.5-8" />,
  hourglass: <path d="M4 2h8M4 14h8M5 2v2.500L8 8l3-3.500V2M5 14v-2.500L8 8l3 3.500V14" />,
  octagonCross: (
    <>
      {octagon}
      {cross}
    </>
  ),
  octagonBang: (
    <>
      {octagon}
      <path d="M8 4.800v3.700m0 2v.7" />
    </>
  ),
  halfDisc: (
    <>
      {ring}
      <path d="M8 2a6 6 0 0 1 0 12z" className={styles.solid} />
    </>
  ),
  disc: <circle cx="8" cy="8" r="6" className={styles.solid} />,
  downArrow: <path d="M8 2v10m-4-4 4 4 4-4" />,
  triangleBang: <path d="M8 2 1.5 13.500h13zM8 6.500v3.200m0 1.800v.4" />,
  skip: <path d="M2.5 4v8L8 8zM8 4v8l5.5-4z" />,
  broken: <path d="M2 8a3 3 0 0 1 3-3h1m4 6h1a3 3 0 0 0 0-6m-6 6a3 3 0 0 1-2-1M3 2l10 12" />,
  question: <path d="M5.5 6a2.5 2.5 0 1 1 3.5 2.300c-.7.3-1 .700-1 1.500m0 2.200v.4" />,
} satisfies Record<string, ReactNode>;

/** A state's shape, in the colour of the text around it. The word beside it says the same aloud. */
export function Glyph({ name }: { name: GlyphName }) {
  return (
    <svg className={styles.glyph} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      {GLYPHS[name]}
    </svg>
  );
}
