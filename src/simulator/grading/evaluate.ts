import type { PatternSearch } from './pattern-runner.ts';
import { flagLetters, type Rubric, type RubricCheck, type RubricItem } from './rubric.ts';

/** Evidence: texts by name. */
export type Evidence = Record<string, string>;

/** What one item of the rubric came to. */
export interface ItemResult {
  id: string;
  description: string;
  section: string;
  score: number;
  maxScore: number;
  passed: boolean;
  /** Why checks failed, one line each. */
  issues: string[];
}

/** The items of one section, added up. */
export interface SectionResult {
  name: string;
  score: number;
  maxScore: number;
  items: ItemResult[];
}

/** What the whole rubric came to. */
export interface GradingResult {
  score: number;
  maxScore: number;
  cutScore: number;
  passed: boolean;
  sections: SectionResult[];
}

/**
 * Scores the evidence: an item gives all of its points when all of its checks pass, none otherwise. A check
 * whose evidence is missing fails in either mode: what was not collected proves nothing.
 * @param search says for each search whether it matches, in their order
 */
export function evaluate(
  rubric: Rubric,
  evidence: Evidence,
  search: (searches: PatternSearch[]) => boolean[],
): GradingResult {
  const checks = rubric.items.flatMap((item) => item.checks);
  const searched = checks.flatMap((check) => {
    const text = textOf(evidence, check);
    return text === undefined ? [] : [{ check, text }];
  });
  const matches = search(
    searched.map(({ check, text }) => ({ pattern: check.pattern, flags: flagLetters(check), text })),
  );
  const matched = new Map(searched.map(({ check }, index) => [check, matches[index]]));
  const results = rubric.items.map((item) => resultOf(item, rubric, matched));

  const sections = Map.groupBy(results, ({ section }) => section);
  const score = total(results, 'score');
  const cutScore = rubric.cutScore ?? 0;
  return {
    score,
    maxScore: total(results, 'maxScore'),
    cutScore,
    passed: score >= cutScore,
    sections: [...sections].map(([name, items]) => ({
      name,
      score: total(items, 'score'),
      maxScore: total(items, 'maxScore'),
      items,
    })),
  };
}

function resultOf(
  item: RubricItem,
  rubric: Rubric,
  matched: ReadonlyMap<RubricCheck, boolean | undefined>,
): ItemResult {
  const issues = item.checks.flatMap((check) => issueOf(check, matched.get(check)) ?? []);
  const passed = issues.length === 0;
  return {
    id: item.id,
    description: item.description ?? '',
    section: item.section ?? rubric.domain ?? 'Score',
    score: passed ? item.points : 0,
    maxScore: item.points,
    passed,
    issues,
  };
}

function issueOf(check: RubricCheck, isMatch: boolean | undefined): string | undefined {
  if (isMatch === undefined) return `there is no evidence ${check.source}`;
  const isWanted = check.mode !== 'negative';
  if (isMatch === isWanted) return undefined;
  return check.onFail ?? `${check.source} ${isMatch ? 'has' : 'lacks'} ${check.pattern}`;
}

/** Own properties only: a check must not find `constructor` in every submission. */
const textOf = (evidence: Evidence, { source }: RubricCheck) =>
  Object.hasOwn(evidence, source) ? evidence[source] : undefined;

/** Points may be halves and tenths; rounding keeps 0.1 + 0.2 at 0.3. */
const total = (results: ItemResult[], field: 'score' | 'maxScore') =>
  Math.round(results.reduce((sum, result) => sum + result[field], 0) * 1e6) / 1e6;
