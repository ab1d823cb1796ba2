import { z } from 'zod';
import type { Decider } from './decider.ts';
import { taskId } from './ids.ts';
import { Refusal } from './refusal.ts';
import { sameJson } from './same-json.ts';
import { instant, iso } from './time.ts';

export const TASK_STATUSES = ['OPEN', 'IN_PROGRESS', 'DONE'] as const;
export const TASK_PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const;
/** More than a discussion needs; a task's document must not grow without end. */
const MOST_COMMENTS = 500;

const comment = z.object({
  id: z.string().max(100),
  text: z.string().min(1).max(4_000),
  by: z.string(),
  at: instant,
});

/** A piece of human follow-up work, raised by the system or by hand. */
export const task = z.object({
  id: taskId,
  title: z.string().min(1).max(200),
  description: z.string().max(4_000),
  /** DELETED is shown to nobody; it is kept so that the same piece of work is not raised again. */
  status: z.enum([...TASK_STATUSES, 'DELETED']),
  priority: z.enum(TASK_PRIORITIES),
  /** Username. */
  assignee: z.string().min(1).max(200).optional(),
  department: z.string().min(1).max(100).optional(),
  dueAt: instant.optional(),
  /** What it is about, e.g. {kind: 'session', id: 's-…'}. */
  about: z.object({ kind: z.string().max(50), id: z.string().max(300) }).optional(),
  /** Oldest first. */
  comments: z.array(comment).max(MOST_COMMENTS).optional(),
  /** Whether a person raised it; the system waits for those that it raised itself. */
  byHand: z.boolean().optional(),
  createdBy: z.string(),
  createdAt: instant,
  updatedAt: instant,
  closedBy: z.string().optional(),
  closedAt: instant.optional(),
});
export type Task = z.infer<typeof task>;

/** What whoever raises a task says of it. */
type Raised = Pick<Task, 'id' | 'title' | 'description' | 'priority' | 'about' | 'department'> & {
  dueAt?: string | undefined;
  byHand?: boolean | undefined;
};

/** What of a task can be put right later; `null` takes a due time or a department away. */
export const taskChange = z.strictObject({
  title: task.shape.title.optional(),
  description: task.shape.description.optional(),
  priority: task.shape.priority.optional(),
  department: task.shape.department.unwrap().nullable().optional(),
  dueAt: instant.nullable().optional(),
});
export type TaskChange = z.infer<typeof taskChange>;

export type TaskCommand = { by: string } & (
  | ({ type: 'raise' } & Raised)
  | { type: 'update'; changes: TaskChange }
  | { type: 'assign'; assignee: string | null }
  | { type: 'comment'; id: string; text: string }
  | { type: 'close' }
  | { type: 'delete' }
);
export type TaskEvent = { at: string; by: string } & (
  | ({ type: 'task.raised' } & Raised)
  | { type: 'task.updated'; changes: TaskChange }
  | { type: 'task.assigned'; assignee: string | null }
  | { type: 'task.commented'; id: string; text: string }
  | { type: 'task.closed' }
  | { type: 'task.deleted' }
);

export const taskDecider: Decider<Task, TaskCommand, TaskEvent> = {
  decide: (state, command, now) => {
    const happened = { at: iso(now), by: command.by };
    if (command.type === 'raise') {
      const { id, title, description, priority, about, department, dueAt, byHand } = command;
      const raised = { id, title, description, priority, about, department, dueAt, byHand };
      return state ? [] : [{ type: 'task.raised', ...raised, ...happened }];
    }
    if (!state || state.status === 'DELETED') throw new Refusal('notFound', 'there is no such task');
    switch (command.type) {
      case 'update': {
        const changed = Object.entries(command.changes).filter(([name, value]) =>
          differs(state, name, value),
        );
        if (changed.length === 0) return [];
        return [{ type: 'task.updated', changes: Object.fromEntries(changed), ...happened }];
      }
      case 'assign':
        refuseDone(state, 'assigned');
        if ((state.assignee ?? null) === command.assignee) return [];
        return [{ type: 'task.assigned', assignee: command.assignee, ...happened }];
      case 'comment':
        if (state.comments?.some(({ id }) => id === command.id)) return [];
        if ((state.comments?.length ?? 0) >= MOST_COMMENTS)
          throw new Refusal('conflict', `task ${state.id} has ${MOST_COMMENTS} comments, which is the most`);
        return [{ type: 'task.commented', id: command.id, text: command.text, ...happened }];
      case 'close':
        return state.status === 'DONE' ? [] : [{ type: 'task.closed', ...happened }];
      case 'delete':
        // A licence seat, say, is held until somebody says that the work was done: deleting does not say that.
        if (state.status !== 'DONE' && !state.byHand)
          throw new Refusal(
            'conflict',
            `the system waits for task ${state.id}: close it before you delete it`,
          );
        return [{ type: 'task.deleted', ...happened }];
    }
  },
  evolve: (state, event) => {
    if (event.type === 'task.raised') return raise(event);
    if (!state) throw new Error(`${event.type} happened to a task that was never raised`);
    const after = { ...state, updatedAt: event.at };
    switch (event.type) {
      case 'task.updated':
        return withChanges(after, event.changes);
      case 'task.assigned': {
        const { assignee: _before, ...unassigned } = after;
        if (event.assignee === null) return { ...unassigned, status: 'OPEN' };
        return { ...unassigned, assignee: event.assignee, status: 'IN_PROGRESS' };
      }
      case 'task.commented': {
        const { id, text, by, at } = event;
        return { ...after, comments: [...(state.comments ?? []), { id, text, by, at }] };
      }
      case 'task.closed':
        return { ...after, status: 'DONE', closedBy: event.by, closedAt: event.at };
      case 'task.deleted':
        return { ...after, status: 'DELETED', title: '(deleted)', description: '', comments: [] };
    }
  },
};

/** Whether nothing is left to be done. */
export const isDone = ({ status }: Pick<Task, 'status'>): boolean =>
  status === 'DONE' || status === 'DELETED';

function raise({
  id,
  title,
  description,
  priority,
  about,
  department,
  dueAt,
  byHand,
  at,
  by,
}: Raised & { at: string; by: string }): Task {
  return {
    id,
    title,
    description,
    priority,
    ...(about ? { about } : {}),
    ...(department === undefined ? {} : { department }),
    ...(dueAt === undefined ? {} : { dueAt }),
    status: 'OPEN',
    ...(byHand ? { byHand } : {}),
    createdBy: by,
    createdAt: at,
    updatedAt: at,
  };
}

const differs = (state: Task, name: string, value: unknown) =>
  value !== undefined && !sameJson(value, (state as Record<string, unknown>)[name] ?? null);

function withChanges(state: Task, { department, dueAt, ...rest }: TaskChange): Task {
  const { department: oldDepartment, dueAt: oldDueAt, ...others } = state;
  const kept = {
    department: department === undefined ? oldDepartment : (department ?? undefined),
    dueAt: dueAt === undefined ? oldDueAt : (dueAt ?? undefined),
  };
  return {
    ...others,
    ...(rest.title === undefined ? {} : { title: rest.title }),
    ...(rest.description === undefined ? {} : { description: rest.description }),
    ...(rest.priority === undefined ? {} : { priority: rest.priority }),
    ...(kept.department === undefined ? {} : { department: kept.department }),
    ...(kept.dueAt === undefined ? {} : { dueAt: kept.dueAt }),
  };
}

function refuseDone(state: Task, what: string): void {
  if (state.status === 'DONE')
    throw new Refusal('conflict', `task ${state.id} is done and cannot be ${what}`);
}
