import { z } from 'zod';
import { instant } from '../domain/time.ts';
import { endpoint, STAFF } from './endpoint.ts';

/** What the system says of itself. */
export const system = {
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
