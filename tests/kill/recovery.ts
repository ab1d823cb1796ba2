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

const CONTROLLERS: ReadonlySet<string> = new Set([
  'resource-scheduler',
  'lablet-controller',
  'worker-controller',
]);
