import type { GradingSession } from '@lcm/core/domain/grading-session.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Rubric } from '@lcm/core/domain/rubric.ts';
import type { GradingResult } from '@lcm/core/spi/grading-engine.ts';
import type { LabletDependencies } from '../dependencies.ts';
import { evidenceTexts } from '../evidence/package.ts';

/**
 * How the grading stands at its engine; it is handed in where the engine does not know it yet. Asking again
 * never makes a second grading: the reference is the session and the grading's id.
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
  const evidence = evidenceTexts(await content.get(grading.evidenceKey));
  return engine.submit({ reference: `${grading.sessionId}/${grading.id}`, rubric, evidence }, signal);
}
