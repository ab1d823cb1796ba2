import type { SessionView } from '@lcm/core/api/sessions.ts';
import { median } from './statistics.ts';

/**
 * What the way of these sessions to READY is made of, a line each: the least of it, which tells most on a machine
 * that has other work, the median and the longest. Steps that run in parallel overlap.
 */
export function breakdownOf(sessions: readonly SessionView[]): string {
  const columns = new Map<string, number[]>();
  for (const [name, elapsedMs] of sessions.flatMap(partsOf))
    if (Number.isFinite(elapsedMs)) columns.set(name, [...(columns.get(name) ?? []), elapsedMs]);
  const line = (name: string, ...cells: unknown[]) =>
    name.padEnd(24) + cells.map((cell) => String(cell).padStart(9)).join('');
  const lines = [...columns].map(([name, all]) =>
    line(name, Math.min(...all), median(all), Math.max(...all)),
  );
  return [line('PENDING to READY, ms', 'least', 'median', 'longest'), ...lines].join('\n');
}

function partsOf({ createdAt, readyAt = '', history, pipelines }: SessionView): [string, number][] {
  const reached = (status: string) => history.find(({ to }) => to === status)?.at ?? '';
  const { startedAt: plannedAt = '', steps = {} } = pipelines.instantiate ?? {};
  const between = (from = '', to = '') => Date.parse(to) - Date.parse(from);
  const first = Object.values(steps).map(({ startedAt = '' }) => startedAt);
  return [
    ['placed', between(createdAt, reached('SCHEDULED'))],
    ['taken up', between(reached('SCHEDULED'), reached('INSTANTIATING'))],
    ['planned', between(reached('INSTANTIATING'), plannedAt)],
    ['first step begun', between(plannedAt, first.filter((at) => at !== '').sort()[0])],
    ...Object.values(steps).map(({ name, startedAt, endedAt }): [string, number] => [
      `step ${name}`,
      // It is READY before its last step is recorded.
      between(startedAt, endedAt ?? readyAt),
    ]),
    ['in all', between(createdAt, readyAt)],
  ];
}
