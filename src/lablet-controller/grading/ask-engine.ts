import type { GradingSession } from '@lcm/core/domain/grading-session.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { type Rubric, sourcesOf } from '@lcm/core/domain/rubric.ts';
import type { GradingResult } from '@lcm/core/spi/grading-engine.ts';
import type { LabletDependencies } from '../dependencies.ts';
import { readEvidence } from '../evidence/package.ts';

/** How often an engine is asked that is at work; its event brings the next question forward. */
export const ENGINE_PACE = { atMostMs: 5_000 };

/**
 * How the grading stands at its engine; it is handed in where the engine does not know it yet. Asking again
 * never makes a second grading: the reference is the session and the grading's id.
 * @throws Refusal `rule` where evidence is missing that the rubric judges by
 */
export async function askEngine(
  { engines, content }: LabletDependencies,
  grading: GradingSession,
  rubric: Rubric,
  signal: AbortSignal,
): Promise<GradingResult> {
  const engine = engines[grading.engine];
  if (!engine)
    throw new Refusal(
      'unavailable',
      'the definition asks for an external grading engine, and none is set up',
    );
  const known = grading.externalId === undefined ? undefined : await engine.result(grading.externalId);
  if (known) return known;
  const { texts, unreached } = readEvidence(await content.get(grading.evidenceKey));
  const lacking = sourcesOf(rubric).filter((source) => unreached.includes(source));
  if (lacking.length > 0) {
    // Points must not be lost because a device could not be asked: that is for a person to look at.
    throw new Refusal('rule', `the evidence lacks ${lacking.join(', ')}, by which the rubric judges`);
  }
  return engine.submit({ reference: `${grading.sessionId}/${grading.id}`, rubric, evidence: texts }, signal);
}
