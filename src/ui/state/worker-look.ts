import type { WorkerStatus } from '@lcm/core/api/vocabulary.ts';
import type { Look } from './chip.tsx';
import type { GlyphName } from './glyph.tsx';
import type { Tone } from './tone.ts';

const WORKER_LOOKS: Record<WorkerStatus, readonly [GlyphName, Tone]> = {
  PENDING: ['dashedBox', 'neutral'],
  PROVISIONING: ['progress', 'working'],
  STARTING: ['halfDisc', 'working'],
  RUNNING: ['disc', 'serving'],
  DRAINING: ['downArrow', 'attention'],
  STOPPING: ['ringSquare', 'working'],
  STOPPED: ['square', 'neutral'],
  FAILED: ['triangleBang', 'failed'],
  TERMINATING: ['ringCross', 'working'],
  TERMINATED: ['ringCross', 'neutral'],
};

/** How a worker's status looks. */
export function workerLook(status: WorkerStatus): Look {
  const [glyph, tone] = WORKER_LOOKS[status];
  return { glyph, tone, word: status };
}
