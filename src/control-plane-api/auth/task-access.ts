import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Task } from '@lcm/core/domain/task.ts';
import type { Caller } from './caller.ts';

/** What a list of tasks is narrowed to: admins see all, managers their department's, others those assigned to them. */
export function tasksVisibleTo(caller: Caller): { department?: string; assignee?: string } {
  if (caller.roles.includes('admin')) return {};
  // Without a department a manager would have those that lack one too, which are nobody's but the admins'.
  if (caller.roles.includes('manager') && caller.department) return { department: caller.department };
  return { assignee: caller.username };
}

/** @throws Refusal `notFound` for a task that the caller does not see: whoever sees it may act on it */
export function refuseUnlessTaskSeen(caller: Caller, task: Task): void {
  const { department = task.department, assignee = task.assignee } = tasksVisibleTo(caller);
  if (task.status !== 'DELETED' && task.department === department && task.assignee === assignee) return;
  throw new Refusal('notFound', `there is no task ${task.id}`);
}

/**
 * The department that the caller gives a task.
 * @throws Refusal `forbidden` where a manager names another than the own
 */
export function departmentGiven(
  caller: Caller,
  wanted: string | null | undefined,
): string | null | undefined {
  if (caller.roles.includes('admin') || wanted === undefined) return wanted;
  if (caller.department && wanted === caller.department) return wanted;
  throw new Refusal('forbidden', `only admins put tasks into ${wanted ?? 'no department'}`);
}
