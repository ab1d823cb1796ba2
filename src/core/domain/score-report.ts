import { z } from 'zod';
import type { Decider } from './decider.ts';
import { definitionId, gradingSessionId, scoreReportId, sessionId } from './ids.ts';
import { instant, iso } from './time.ts';

/** What became of one rubric item. */
const scoreItem = z.object({
  id: z.string(),
  description: z.string(),
  points: z.number(),
  maxPoints: z.number(),
  passed: z.boolean(),
  /** What the failed checks had to say. */
  issues: z.array(z.string()),
});

export const scoreSection = z.object({
  name: z.string(),
  score: z.number(),
  maxScore: z.number(),
  items: z.array(scoreItem),
});
export type ScoreSection = z.infer<typeof scoreSection>;

/** What a grading came to, before it is stored. */
export const score = z.object({
  score: z.number(),
  maxScore: z.number(),
  cutScore: z.number(),
  passed: z.boolean(),
  sections: z.array(scoreSection),
});
export type Score = z.infer<typeof score>;

/** The score of one session. Written once, never changed: a re-grade makes another. */
export const scoreReport = score.extend({
  id: scoreReportId,
  sessionId,
  definitionId,
  ownerKey: z.string(),
  gradingSessionId: gradingSessionId.optional(),
  engine: z.enum(['builtin', 'external']),
  evidenceKey: z.string(),
  submittedAt: instant,
});
export type ScoreReport = z.infer<typeof scoreReport>;

export type ScoreReportCommand = { type: 'submit'; by: string; report: Omit<ScoreReport, 'submittedAt'> };
export type ScoreReportEvent = {
  type: 'score-report.submitted';
  at: string;
  by: string;
  report: Omit<ScoreReport, 'submittedAt'>;
};

export const scoreReportDecider: Decider<ScoreReport, ScoreReportCommand, ScoreReportEvent> = {
  decide: (state, { report, by }, now) =>
    state ? [] : [{ type: 'score-report.submitted', report, at: iso(now), by }],
  evolve: (_state, event) => ({ ...event.report, submittedAt: event.at }),
};
