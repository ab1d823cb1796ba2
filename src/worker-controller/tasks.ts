import type { Visit } from './visit.ts';

/**
 * Raises a piece of work for a person, once for each `key`.
 * @param key what it is about beside the worker, e.g. `licence-2`
 */
export async function raiseTask(
  visit: Visit,
  key: string,
  task: { title: string; description: string; priority?: 'low' | 'normal' | 'high' },
): Promise<void> {
  const id = taskId(visit.worker.id, key);
  await visit.deps.client.internal.tasks.command({
    params: { id },
    body: {
      command: {
        type: 'raise',
        id,
        title: task.title.slice(0, 200),
        description: task.description.slice(0, 4_000),
        priority: task.priority ?? 'normal',
        about: { kind: 'worker', id: visit.worker.id },
      },
    },
    headers: visit.headers(),
  });
}

/** The id of the task about that worker with that key. */
export const taskId = (workerId: string, key: string): string => `task-${workerId}-${key}`;
