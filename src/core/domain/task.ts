import { z } from 'zod';
import type { Decider } from './decider.ts';
import { taskId } from './ids.ts';
import { Refusal } from './refusal.ts';
import { instant, iso } from './time.ts';

/** A piece of human follow-up work, raised by the system or by hand. */
export const task = z.object({
  id: taskId,
  title: z.string().min(1).max(200),
  description: z.string().max(4_000),
  status: z.enum(['OPEN', 'IN_PROGRESS', 'DONE']),
  priority: z.enum(['low', 'normal', 'high']),
  assignee: z.string().optional(),
  department: z.string().optional(),
  /** What it is about, e.g. {kind: 'session', id: 's-…'}. */
  about: z.object({ kind: z.string(), id: z.string() }).optional(),
  createdBy: z.string(),
  createdAt: instant,
  updatedAt: instant,
});
export type Task = z.infer<typeof task>;

export type TaskCommand = { by: string } & (
  | ({ type: 'raise' } & Pick<Task, 'id' | 'title' | 'description' | 'priority' | 'about' | 'department'>)
  | { type: 'assign'; assignee: string }
  | { type: 'close' }
);
export type TaskEvent = { at: string; by: string } & (
  | ({ type: 'task.raised' } & Pick<
      Task,
      'id' | 'title' | 'description' | 'priority' | 'about' | 'department'
    >)
  | { type: 'task.assigned'; assignee: string }
  | { type: 'task.closed' }
);

export const taskDecider: Decider<Task, TaskCommand, TaskEvent> = {
  decide: (state, command, now) => {
    const happened = { at: iso(now), by: command.by };
    if (command.type === 'raise') {
      const { id, title, description, priority, about, department } = command;
      const raised = { id, title, description, priority, about, department };
      return state ? [] : [{ type: 'task.raised', ...raised, ...happened }];
    }
    if (!state) throw new Refusal('notFound', 'there is no such task');
    if (command.type === 'assign')
      return state.assignee === command.assignee
        ? []
        : [{ type: 'task.assigned', assignee: command.assignee, ...happened }];
    return state.status === 'DONE' ? [] : [{ type: 'task.closed', ...happened }];
  },
  evolve: (state, event) => {
    if (event.type === 'task.raised') {
      const { id, title, description, priority, about, department, at, by } = event;
      return {
        id,
        title,
        description,
        priority,
        ...(about ? { about } : {}),
        ...(department === undefined ? {} : { department }),
        status: 'OPEN',
        createdBy: by,
        createdAt: at,
        updatedAt: at,
      };
    }
    if (!state) throw new Error(`${event.type} happened to a task that was never raised`);
    if (event.type === 'task.assigned')
      return { ...state, assignee: event.assignee, status: 'IN_PROGRESS', updatedAt: event.at };
    return { ...state, status: 'DONE', updatedAt: event.at };
  },
};
