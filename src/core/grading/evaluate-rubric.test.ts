import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maxScore, rubric } from '../domain/rubric.ts';
import { evaluateRubric } from './evaluate-rubric.ts';

const search = (pattern: string, flags: string, text: string) => new RegExp(pattern, flags).test(text);

const rules = rubric.parse({
  cutScore: 3,
  items: [
    {
      id: 'route',
      section: 'Routing',
      description: 'a route',
      points: 2.5,
      checks: [
        { source: 'config:R1', regex: '^ip route', flags: ['multiline'] },
        { source: 'config:R1', regex: 'shutdown', mode: 'negative', onFail: 'an interface is shut' },
      ],
    },
    {
      id: 'name',
      description: 'a name',
      points: 0.5,
      checks: [{ source: 'config:R1', regex: 'HOSTNAME', flags: ['ignorecase'] }],
    },
    {
      id: 'far',
      section: 'Routing',
      description: 'the far end',
      points: 1,
      checks: [{ source: 'config:R2', regex: 'x', mode: 'negative' }],
    },
  ],
});

describe('a rubric', () => {
  test('gives the points of items whose checks all pass', async () => {
    const score = await evaluateRubric(
      rules,
      { 'config:R1': 'hostname R1\nip route 0', 'config:R2': 'y' },
      search,
    );
    expect(score).toMatchObject({ score: 4, maxScore: 4, cutScore: 3, passed: true });
    expect(score.sections.map(({ name, score: points }) => [name, points])).toEqual([
      ['Routing', 3.5],
      ['Tasks', 0.5],
    ]);
  });

  test('gives none where one check fails, and says why', async () => {
    const score = await evaluateRubric(
      rules,
      { 'config:R1': 'ip route 0\n shutdown', 'config:R2': 'x' },
      search,
    );
    expect(score).toMatchObject({ score: 0, passed: false });
    expect(score.sections.flatMap(({ items }) => items.flatMap(({ issues }) => issues))).toEqual([
      'an interface is shut',
      'config:R2 has x',
      'config:R1 lacks HOSTNAME',
    ]);
  });

  test('takes missing evidence for a failed check, even where nothing should be found', async () => {
    const score = await evaluateRubric(rules, { 'config:R1': 'hostname R1\nip route 0' }, search);
    expect(score).toMatchObject({ score: 3, passed: true });
    expect(score.sections[0]?.items[1]?.issues).toEqual(['there is no evidence config:R2']);
  });

  test('does not take what every object has for evidence', async () => {
    const odd = rubric.parse({
      cutScore: 0,
      items: [{ id: 'a', description: '', points: 1, checks: [{ source: 'constructor', regex: '.' }] }],
    });
    expect((await evaluateRubric(odd, {}, search)).score).toBe(0);
  });

  test('never gives more than its most nor less than nothing, and the sections add up', async () => {
    const texts = fc.dictionary(fc.constantFrom('config:R1', 'config:R2'), fc.string());
    await fc.assert(
      fc.asyncProperty(texts, async (evidence) => {
        const score = await evaluateRubric(rules, evidence, search);
        expect(score.maxScore).toBe(maxScore(rules));
        expect(score.score).toBeGreaterThanOrEqual(0);
        expect(score.score).toBeLessThanOrEqual(score.maxScore);
        expect(score.sections.reduce((sum, section) => sum + section.score, 0)).toBe(score.score);
        expect(score.passed).toBe(score.score >= rules.cutScore);
      }),
    );
  });
});
