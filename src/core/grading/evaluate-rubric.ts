import type { Rubric, RubricCheck } from '../domain/rubric.ts';
import type { Score, ScoreSection } from '../domain/score-report.ts';

/** Whether the pattern, with JavaScript's flag letters, is found in the text. */
export type Match = (pattern: string, flags: string, text: string) => boolean | Promise<boolean>;

type ScoreItem = ScoreSection['items'][number];

const FLAG_LETTERS = { multiline: 'm', ignorecase: 'i', dotall: 's' } as const;

/**
 * Scores evidence by a rubric. An item gives all its points when all of its checks pass, none otherwise. A
 * check whose evidence is missing fails in either mode: what was not collected proves nothing.
 * @param evidence texts by the names that checks refer to
 */
export async function evaluateRubric(
  rubric: Rubric,
  evidence: Readonly<Record<string, string>>,
  match: Match,
): Promise<Score> {
  const sections = new Map<string, ScoreItem[]>();
  for (const { id, section, description, points, checks } of rubric.items) {
    const issues: string[] = [];
    for (const check of checks) {
      const issue = await issueOf(check, evidence, match);
      if (issue !== undefined) issues.push(issue);
    }
    const passed = issues.length === 0;
    const item = { id, description, points: passed ? points : 0, maxPoints: points, passed, issues };
    sections.set(section, [...(sections.get(section) ?? []), item]);
  }
  const scored = [...sections].map(
    ([name, items]): ScoreSection => ({
      name,
      score: total(items.map(({ points }) => points)),
      maxScore: total(items.map(({ maxPoints }) => maxPoints)),
      items,
    }),
  );
  const score = total(scored.map((section) => section.score));
  return {
    score,
    maxScore: total(scored.map((section) => section.maxScore)),
    cutScore: rubric.cutScore,
    passed: score >= rubric.cutScore,
    sections: scored,
  };
}

/** The letters that JavaScript has for a check's flags. */
function flagLetters(flags: RubricCheck['flags']): string {
  return [...new Set(flags.map((flag) => FLAG_LETTERS[flag]))].join('');
}

async function issueOf(
  { source, regex, mode, flags, onFail }: RubricCheck,
  evidence: Readonly<Record<string, string>>,
  match: Match,
): Promise<string | undefined> {
  const text = Object.hasOwn(evidence, source) ? evidence[source] : undefined;
  if (text === undefined) return `there is no evidence ${source}`;
  const found = await match(regex, flagLetters(flags), text);
  if (found === (mode === 'positive')) return undefined;
  return onFail ?? `${source} ${found ? 'has' : 'lacks'} ${regex}`;
}

/** Points may be halves and tenths; rounding keeps 0.1 + 0.2 at 0.3. */
function total(points: readonly number[]): number {
  return Math.round(points.reduce((sum, one) => sum + one, 0) * 1e6) / 1e6;
}
