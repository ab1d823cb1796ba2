import type { Ending, Outcome } from '@lcm/core/domain/session-state.ts';
import type { SessionWork } from './session-work.ts';

/** Ends that ask for a person, and what is asked of them. */
const FOLLOW_UP: Partial<Record<Outcome, { title: string; priority: 'normal' | 'high' }>> = {
  failed: { title: 'Session failed', priority: 'high' },
  workerLost: { title: 'Session lost its worker', priority: 'high' },
  gradingFailed: { title: 'Session could not be graded', priority: 'normal' },
  noEvidence: { title: 'Session left no evidence', priority: 'normal' },
};

/** Raises the follow-up work that an ending asks for; the same ending asks once. */
export async function raiseEndingTask(work: SessionWork, { outcome, reason }: Ending): Promise<void> {
  const wanted = FOLLOW_UP[outcome];
  if (!wanted) return;
  const { definition } = work.session;
  const title = `${wanted.title}: ${definition.name} ${definition.version}`;
  await raiseTask(work, outcome, { ...wanted, title, description: reason });
}

/** Raises a piece of work for a person about the session, once for each key. */
export async function raiseTask(
  work: SessionWork,
  key: string,
  task: { title: string; description: string; priority: 'low' | 'normal' | 'high' },
): Promise<void> {
  const { id: sessionId, department } = work.session;
  const id = `task-${sessionId}-${key}`;
  const command = {
    type: 'raise' as const,
    id,
    title: task.title.slice(0, 200),
    description: task.description.slice(0, 4_000),
    priority: task.priority,
    about: { kind: 'session', id: sessionId },
    ...(department ? { department } : {}),
  };
  await work.deps.client.internal.tasks.command({
    params: { id },
    body: { command },
    headers: work.headers(),
  });
}
