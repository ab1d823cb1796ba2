import { z } from 'zod';
import { taskId } from '../domain/ids.ts';
import { TASK_PRIORITIES, TASK_STATUSES, task, taskChange } from '../domain/task.ts';
import { instant } from '../domain/time.ts';
import { endpoint, OPERATORS, STAFF } from './endpoint.ts';
import { anyOf, pageOf, paging, versioned } from './list.ts';

/** A task as people see it. */
export const taskView = task.extend({
  status: z.enum(TASK_STATUSES),
  comments: task.shape.comments.unwrap(),
  ...versioned,
});
export type TaskView = z.infer<typeof taskView>;

const params = z.object({ id: taskId });
const changed = { params, answer: taskView, rule: 'tasks', ifMatch: true } as const;

/** Operations on tasks, under that path. */
const tasksAt = (base: string) => ({
  list: endpoint({
    method: 'GET',
    path: base,
    summary: 'List tasks, newest first',
    roles: STAFF,
    rule: 'tasks',
    query: z.object({
      ...paging,
      status: anyOf(TASK_STATUSES),
      priority: z.enum(TASK_PRIORITIES).optional(),
      assignee: z.string().max(200).optional().describe('Username'),
      department: z.string().max(100).optional(),
      aboutKind: z.string().max(50).optional().describe('What they are about, such as `session`'),
      aboutId: z.string().max(300).optional(),
    }),
    answer: pageOf(taskView),
  }),
  get: endpoint({
    method: 'GET',
    path: `${base}/:id`,
    summary: 'One task, with its comments',
    roles: STAFF,
    rule: 'tasks',
    params,
    answer: taskView,
    refusals: ['notFound'],
  }),
  create: endpoint({
    method: 'POST',
    path: base,
    summary: 'Raise a task by hand',
    description: 'Managers raise tasks of their own department only, which is taken where none is given.',
    roles: OPERATORS,
    rule: 'tasks',
    body: z.strictObject({
      title: task.shape.title,
      description: task.shape.description.default(''),
      priority: task.shape.priority.default('normal'),
      department: task.shape.department,
      assignee: task.shape.assignee,
      dueAt: instant.optional(),
      about: task.shape.about,
    }),
    answer: taskView,
    status: 201,
    idempotencyKey: true,
  }),
  update: endpoint({
    method: 'PATCH',
    path: `${base}/:id`,
    summary: 'Put a task right',
    description: 'Only admins move a task to another department.',
    roles: OPERATORS,
    ...changed,
    body: taskChange,
    refusals: ['notFound', 'staleVersion'],
  }),
  assign: endpoint({
    method: 'POST',
    path: `${base}/:id/assign`,
    summary: 'Give a task to somebody, or to nobody',
    roles: OPERATORS,
    ...changed,
    body: z.strictObject({
      assignee: task.shape.assignee.unwrap().nullable().describe('Username; null for nobody'),
    }),
    refusals: ['notFound', 'conflict', 'staleVersion'],
  }),
  comment: endpoint({
    method: 'POST',
    path: `${base}/:id/comments`,
    summary: 'Say something about a task',
    roles: STAFF,
    rule: 'tasks',
    params,
    body: z.strictObject({ text: z.string().min(1).max(4_000) }),
    answer: taskView,
    status: 201,
    refusals: ['notFound', 'conflict'],
    idempotencyKey: true,
  }),
  close: endpoint({
    method: 'POST',
    path: `${base}/:id/close`,
    summary: 'Say that the work is done',
    description: 'A licence seat that could not be given back is free again once its task is closed.',
    roles: STAFF,
    ...changed,
    refusals: ['notFound', 'staleVersion'],
  }),
  delete: endpoint({
    method: 'DELETE',
    path: `${base}/:id`,
    summary: 'Delete a task',
    description: 'One that the system raised is closed first: what it does next waits for that.',
    roles: ['admin'],
    rule: 'tasks',
    params,
    refusals: ['notFound', 'conflict', 'staleVersion'],
    ifMatch: true,
  }),
});

/** Operations on tasks. */
export const tasks = tasksAt('/api/v1/tasks');

/** The same where clients of the former system look for them. */
export const plainTasks = tasksAt('/api/tasks');
