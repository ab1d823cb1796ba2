import { expect, it } from 'vitest';
import { definitionId, scoreReportId, sessionId } from './ids.ts';
import { given } from './scenario.fixture.ts';
import { scoreReport, scoreReportDecider } from './score-report.ts';

const report = {
  id: scoreReportId.parse('sr-1'),
  sessionId: sessionId.parse('s-1'),
  definitionId: definitionId.parse('ccna@1.0.0'),
  ownerKey: 'external:c-1',
  engine: 'builtin' as const,
  evidenceKey: 'e-1',
  score: 8,
  maxScore: 10,
  cutScore: 7,
  passed: true,
  sections: [{ name: 'Routing', score: 8, maxScore: 10, items: [] }],
};
const submitted = { type: 'score-report.submitted', report } as const;

it('a score report is what was submitted', () => {
  const answer = given(scoreReportDecider, []).when({ type: 'submit', report });
  answer.happens(submitted);
  expect(scoreReport.parse(answer.state())).toEqual({ ...report, submittedAt: '2026-03-01T08:00:00.000Z' });
});

it('a score report never changes, whoever submits what again', () => {
  given(scoreReportDecider, [submitted]).when({ type: 'submit', report }).happens();
  given(scoreReportDecider, [submitted])
    .when({ type: 'submit', report: { ...report, score: 10 } })
    .happens();
});

it('a score report goes with its session to who has claimed it, and says the same', () => {
  const ownerKey = 'https://idp.example|s-ann';
  const answer = given(scoreReportDecider, [submitted]).when({ type: 'handOver', ownerKey });
  answer.happens({ type: 'score-report.handed-over', ownerKey });
  expect(answer.state()).toEqual({ ...report, ownerKey, submittedAt: '2026-03-01T08:00:00.000Z' });
  given(scoreReportDecider, [submitted, { type: 'score-report.handed-over', ownerKey }])
    .when({ type: 'handOver', ownerKey })
    .happens();
  given(scoreReportDecider, []).when({ type: 'handOver', ownerKey }).isRefused('notFound');
});
