import { z } from 'zod';
import { taskId } from '../domain/ids.ts';
import { task } from '../domain/task.ts';
import { instant } from '../domain/time.ts';
import { ANYBODY, endpoint, OPERATORS, STAFF } from './endpoint.ts';
import { pageOf, paging, versioned } from './list.ts';

const taskView = task.extend(versioned);

/** Operations on tasks. */
export const tasks = {
  list: endpoint({
    method: 'GET',
    path: '/api/v1/tasks',
    summary: 'List tasks, newest first',
    roles: STAFF,
    rule: 'tasks',
    query: z.object({ ...paging }),
    answer: pageOf(taskView),
  }),
  close: endpoint({
    method: 'POST',
    path: '/api/v1/tasks/:id/close',
    summary: 'Say that the work is done',
    description: 'A licence seat that could not be given back is free again once its task is closed.',
    roles: OPERATORS,
    rule: 'tasks',
    params: z.object({ id: taskId }),
    answer: taskView,
    refusals: ['notFound', 'staleVersion'],
    ifMatch: true,
  }),
};

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
