import type { FieldProblem } from './refusal.ts';
import type { SystemSettingsValues } from './settings.ts';

/** What is wrong with settings that are each right by themselves, as pointers into a change. */
export function brokenSettingsRules({ login }: SystemSettingsValues): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (login.idleSeconds > login.absoluteSeconds)
    problems.push({
      pointer: '/login/idleSeconds',
      message: `must not be above absoluteSeconds, ${login.absoluteSeconds}`,
    });
  if (login.warningSeconds >= login.idleSeconds)
    problems.push({
      pointer: '/login/warningSeconds',
      message: `must be below idleSeconds, ${login.idleSeconds}`,
    });
  return problems;
}
