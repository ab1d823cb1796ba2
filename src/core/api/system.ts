import { z } from 'zod';
import { instant } from '../domain/time.ts';
import { ANYBODY, endpoint, STAFF } from './endpoint.ts';

/** What the system says of itself. */
export const system = {
  whoAmI: endpoint({
    method: 'GET',
    path: '/api/v1/system/me',
    summary: 'Who the caller is taken for',
    roles: ANYBODY,
    rule: 'self',
    answer: z.object({
      subject: z.string(),
      username: z.string(),
      roles: z.array(z.string()),
      department: z.string().optional(),
    }),
  }),
  status: endpoint({
    method: 'GET',
    path: '/api/v1/system/status',
    summary: 'How the system is: fleet, sessions by state, cost',
    roles: STAFF,
    rule: 'role',
    answer: z.object({
      version: z.string(),
      now: instant,
      sessions: z.record(z.string(), z.number().int()),
      workers: z.record(z.string(), z.number().int()),
      openTasks: z.number().int(),
    }),
  }),
};
