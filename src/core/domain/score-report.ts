import { z } from 'zod';
import { type Asked, type Decider, type Happened, happened } from './decider.ts';
import { definitionId, gradingSessionId, scoreReportId, sessionId } from './ids.ts';
import { Refusal } from './refusal.ts';
import { instant } from './time.ts';

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

/** The score of one session. Written once, never changed but in whose it is: a re-grade makes another. */
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

export type ScoreReportCommand = Asked &
  (
    | { type: 'submit'; report: Omit<ScoreReport, 'submittedAt'> }
    /** It goes with its session, which has been claimed. */
    | { type: 'handOver'; ownerKey: string }
  );
export type ScoreReportEvent = Happened &
  (
    | { type: 'score-report.submitted'; report: Omit<ScoreReport, 'submittedAt'> }
    | { type: 'score-report.handed-over'; ownerKey: string }
  );

export const scoreReportDecider: Decider<ScoreReport, ScoreReportCommand, ScoreReportEvent> = {
  decide: (state, command, now) => {
    const common = happened(command, now);
    if (command.type === 'submit')
      return state ? [] : [{ type: 'score-report.submitted', report: command.report, ...common }];
    if (!state) throw new Refusal('notFound', 'there is no such score report');
    if (state.ownerKey === command.ownerKey) return [];
    return [{ type: 'score-report.handed-over', ownerKey: command.ownerKey, ...common }];
  },
  evolve: (state, event) => {
    if (event.type === 'score-report.submitted') return { ...event.report, submittedAt: event.at };
    if (!state) throw new Error('a score report was handed over that nobody ever submitted');
    return { ...state, ownerKey: event.ownerKey };
  },
};
