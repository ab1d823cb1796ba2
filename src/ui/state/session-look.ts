import type { SessionView } from '@lcm/core/api/sessions.ts';
import {
  PIPELINE_NAMES,
  type PipelineName,
  type SessionStatus,
  type StepStatus,
} from '@lcm/core/api/vocabulary.ts';
import { texts } from '../texts/texts.ts';
import type { Look } from './chip.tsx';
import type { GlyphName } from './glyph.tsx';
import type { Tone } from './tone.ts';

const LOOKS: Record<SessionStatus, readonly [GlyphName, Tone]> = {
  PENDING: ['dashedRing', 'neutral'],
  SCHEDULED: ['clock', 'planned'],
  INSTANTIATING: ['progress', 'working'],
  READY: ['ringDot', 'serving'],
  RUNNING: ['play', 'serving'],
  COLLECTING: ['tray', 'grading'],
  GRADING: ['checklist', 'grading'],
  STOPPING: ['ringSquare', 'working'],
  STOPPED: ['square', 'neutral'],
  ARCHIVED: ['check', 'neutral'],
  EXPIRED: ['hourglass', 'attention'],
  TERMINATED: ['octagonCross', 'neutral'],
};

/** How a status looks where nothing else is known, e.g. in a filter. */
export function statusLook(status: SessionStatus): Look {
  const [glyph, tone] = LOOKS[status];
  return { glyph, tone, word: status };
}

/** How the session's status looks: one that failed looks another way than one that was cancelled. */
export function sessionLook({ status, ending }: Pick<SessionView, 'status' | 'ending'>): Look {
  if (status === 'TERMINATED' && ending && ending.outcome !== 'cancelled')
    return { glyph: 'octagonBang', tone: 'failed', word: status };
  if (status === 'STOPPED' && !ending) return { glyph: 'pause', tone: 'neutral', word: status };
  return statusLook(status);
}

export const LATE: Look = { glyph: 'triangleBang', tone: 'failed', word: texts.sessions.late };
export const AT_RISK: Look = { glyph: 'triangleBang', tone: 'attention', word: texts.sessions.atRisk };
export const ON_HOLD: Look = { glyph: 'pause', tone: 'attention', word: texts.sessions.onHold };

/** What stands beside the state: late, at risk, on hold. */
export function sessionFlags(view: Pick<SessionView, 'late' | 'atRisk' | 'onHold'>): Look[] {
  return [...(view.late ? [LATE] : view.atRisk ? [AT_RISK] : []), ...(view.onHold ? [ON_HOLD] : [])];
}

const STEP_LOOKS: Record<StepStatus, readonly [GlyphName, Tone]> = {
  PENDING: ['dashedRing', 'neutral'],
  RUNNING: ['progress', 'working'],
  COMPLETED: ['check', 'serving'],
  SKIPPED: ['skip', 'neutral'],
  FAILED: ['octagonBang', 'failed'],
};

/** How a pipeline's step looks. */
export function stepLook(status: StepStatus): Look {
  const [glyph, tone] = STEP_LOOKS[status];
  return { glyph, tone, word: status };
}

/** The pipeline that is under way or was last; undefined before the first. */
export function currentPipeline(view: Pick<SessionView, 'pipelines'>): PipelineName | undefined {
  const begun = PIPELINE_NAMES.filter((name) => view.pipelines[name]);
  const running = begun.find((name) => view.pipelines[name]?.status === 'RUNNING');
  const started = (name: PipelineName) => view.pipelines[name]?.startedAt ?? '';
  return running ?? begun.sort((a, b) => started(b).localeCompare(started(a)))[0];
}
