import type { Task } from '@lcm/core/domain/task.ts';
import type { WorkerDeps } from './deps.ts';
import type { Visit } from './visit.ts';

/** What a person is asked to look at. */
type Ask = Pick<Task, 'title' | 'description'> & Partial<Pick<Task, 'priority'>>;

/**
 * Raises a piece of work for a person about a worker, once for each `key`.
 * @param key what it is about beside the worker, e.g. `licence-2`
 */
export async function raiseWorkerTask(visit: Visit, key: string, ask: Ask): Promise<void> {
  const { id } = visit.worker;
  await raiseTask(visit.deps, visit, taskId(id, key), { ...ask, about: { kind: 'worker', id } });
}

/**
 * Raises a piece of work for a person, once for each `id`. What is too long to store is cut.
 * @param holder who proves to hold what the task is about
 */
export async function raiseTask(
  { client }: Pick<WorkerDeps, 'client'>,
  holder: { headers(): Record<string, string> },
  id: string,
  { title, description, priority = 'normal', about }: Ask & Pick<Task, 'about'>,
): Promise<void> {
  await client.internal.tasks.command({
    params: { id },
    body: {
      command: {
        type: 'raise',
        id,
        title: title.slice(0, 200),
        description: description.slice(0, 4_000),
        priority,
        about,
      },
    },
    headers: holder.headers(),
  });
}

/** The id of the task about that worker with that key. */
export const taskId = (workerId: string, key: string): string => `task-${workerId}-${key}`;
