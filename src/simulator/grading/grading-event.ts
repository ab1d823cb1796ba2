import type { EventDraft } from '../events.ts';
import type { GradingJob } from './submission.ts';

/** What the world is told when a grading has ended, well or not. `aggregate_id` is the client's reference. */
export function gradingEvent({ gradingId, reference, attempt, result, error }: GradingJob): EventDraft {
  const about = { aggregate_id: reference, reference, attempt, grading_id: gradingId };
  if (!result) {
    return { type: 'assessment.grading.failed.v1', subject: reference, data: { ...about, ...error } };
  }
  const score = {
    total_points_earned: result.score,
    total_points_possible: result.maxScore,
    cut_score: result.cutScore,
    passed: result.passed,
    check_results: result.sections.flatMap(({ items }) =>
      items.map((item) => ({
        check_id: item.id,
        description: item.description,
        section: item.section,
        points_earned: item.score,
        points_possible: item.maxScore,
        passed: item.passed,
        issues: item.issues,
      })),
    ),
  };
  return { type: 'assessment.grading.completed.v1', subject: reference, data: { ...about, score } };
}
