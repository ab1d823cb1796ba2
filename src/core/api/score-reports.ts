import { z } from 'zod';
import { scoreReportId } from '../domain/ids.ts';
import { scoreReport } from '../domain/score-report.ts';
import { ANYBODY, endpoint } from './endpoint.ts';
import { pageOf, paging } from './list.ts';

/** Operations on score reports. */
export const scoreReports = {
  list: endpoint({
    method: 'GET',
    path: '/api/v1/score-reports',
    summary: 'List score reports, newest first',
    roles: ANYBODY,
    rule: 'ownResults',
    query: z.object({
      ...paging,
      sessionId: z.string().max(200).optional(),
      definitionId: z.string().max(200).optional(),
    }),
    answer: pageOf(scoreReport),
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/v1/score-reports/:id',
    summary: 'One score report',
    roles: ANYBODY,
    rule: 'ownResults',
    params: z.object({ id: scoreReportId }),
    answer: scoreReport,
    refusals: ['notFound'],
  }),
};
