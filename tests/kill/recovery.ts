import type { Outage } from './judge-sessions.ts';
import type { Ordeal } from './ordeal.ts';

/** Milliseconds that each restart took to get so far. One that was killed before it got there counts nowhere. */
export function recoveries({ starts, kills, books }: Pick<Ordeal, 'starts' | 'kills' | 'books'>) {
  // The first start comes to an empty system.
  const restarts = starts.slice(1);
  const moves = books.log
    .filter(({ kind, by }) => kind === 'session' && CONTROLLERS.has(by))
    .map(({ at }) => Date.parse(at));
  const moved = restarts.flatMap(({ at }) => {
    const killedAt = kills.find((kill) => kill.at > at)?.at ?? Number.POSITIVE_INFINITY;
    const first = moves.find((moment) => moment >= at && moment < killedAt);
    return first === undefined ? [] : [first - at];
  });
  return {
    'the first answered request': restarts.map(({ answeredMs }) => answeredMs),
    'sessions moving on again': moved,
    'its word that it runs': restarts.map(({ runsMs }) => runsMs),
  };
}

/** From each kill of a running system until it ran again. */
export function outagesOf({ starts, kills }: Pick<Ordeal, 'starts' | 'kills'>): Outage[] {
  return starts.slice(1).flatMap(({ at, runsMs }, index) => {
    const kill = kills.find((one) => one.at > (starts[index]?.at ?? at));
    return kill ? [{ from: kill.at, to: at + runsMs }] : [];
  });
}

const CONTROLLERS: ReadonlySet<string> = new Set([
  'resource-scheduler',
  'lablet-controller',
  'worker-controller',
]);
