import type { Explanation } from '@lcm/core/api/sessions.ts';
import type { SchedulingDecision } from '@lcm/core/domain/scheduling-reason.ts';
import { inSight, type Sight } from '../auth/fleet-sight.ts';
import type { Picture } from './fleet-picture.ts';

/** What an explanation tells of workers, and where a session could go. */
type Told = Pick<Explanation, 'decision' | 'workers' | 'template'>;

/** An explanation without the workers and the template that its reader does not see; counts of all stay. */
export function explainedInSight<T extends Told>(told: T, { workers, templates }: Picture, sight?: Sight): T {
  if (!sight) return told;
  const seen = new Set<string>(
    workers
      .filter(({ region, template }) => inSight(sight, { region, tags: template.tags ?? [] }))
      .map(({ id }) => id),
  );
  const { template, ...shown } = told;
  const known = templates.find(({ id }) => id === template?.id);
  return {
    ...(shown as T),
    decision: decisionAmong(told.decision, (id) => seen.has(id)),
    workers: told.workers.filter(({ workerId }) => seen.has(workerId)),
    ...(known && inSight(sight, { region: known.region, tags: known.tags ?? [] }) ? { template } : {}),
  };
}

/** A decision that names only some workers. */
export function decisionAmong(
  { winner, ...decision }: SchedulingDecision,
  isSeen: (workerId: string) => boolean,
): SchedulingDecision {
  return {
    ...decision,
    ...(winner && isSeen(winner.workerId) ? { winner } : {}),
    best: decision.best.filter(({ workerId }) => isSeen(workerId)),
  };
}
