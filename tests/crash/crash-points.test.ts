import { isDeepStrictEqual } from 'node:util';
import { STEP_HANDLERS } from '@lcm/lablet-controller/steps/handlers.ts';
import { afterAll, describe, expect, it } from 'vitest';
import type { Aftermath } from './aftermath.ts';
import type { Moment } from './effects-tap.ts';
import { atEveryPoint, atPoint, nameOf, type Visited } from './plots.ts';
import { type Plot, play } from './replay.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { tableOf } from './table.ts';

/*
 * The system dies at each of its effects on what outlives it: requests that change the world, content that is
 * kept, commits. The points are those that the services are seen to have, so that a new step joins by itself.
 *
 * Here: each point once, all of a scenario in one run, its moment chosen by `LCM_CRASH_SEED`.
 * `LCM_CRASH_POINTS=every`: each at each moment, a scenario and a moment a run; some minutes.
 * `LCM_CRASH_POINTS=alone`: each at each moment in a run of its own; hours. `LCM_CRASH_ONLY=<text>` narrows it
 * to the points whose names have the text in them.
 */
const MODE = process.env['LCM_CRASH_POINTS'] ?? 'once';
const SEED = Number(process.env['LCM_CRASH_SEED'] ?? 1);
const ONLY = process.env['LCM_CRASH_ONLY'] ?? '';
const MOMENTS: readonly Moment[] = ['before', 'after', 'unrecorded'];
const PATIENCE_MS = 300_000;
/** Things may be there twice for so long, seconds: an import whose answer is lost is looked for so long. */
const STRAY_SECONDS = 180;

const rows: string[][] = [];
const strays: string[][] = [];
const offered = new Set<string>();
const called = new Set<string>();
const watch: Pick<Plot, 'offered' | 'called'> = {
  offered: (operation) => offered.add(operation),
  called: (operation) => called.add(operation),
};

describe.each(SCENARIOS)('the system that dies at every effect of: $name', (scenario) => {
  const runs: readonly (number | Moment)[] = MODE === 'once' ? [SEED] : MOMENTS;
  it.each(runs)(
    'goes on where it was, and comes to the same end (%s)',
    { timeout: PATIENCE_MS },
    async (run) => {
      const plot = atEveryPoint(run);
      const after = await play(scenario, { ...plot, ...watch });
      for (const visited of plot.visited.values()) rows.push(rowOf(scenario, visited, after));
      expectRight(scenario, after);
      // Two who act at the same time may die of the same death.
      expect(after.deaths).toBeGreaterThan(plot.visited.size * 0.9);
    },
  );

  if (MODE !== 'alone') return;
  it('does so when it dies once only', { timeout: 24 * 3_600_000 }, async () => {
    const all = atEveryPoint(0);
    await play(scenario, { at: (point) => void all.at(point) });
    for (const { point } of all.visited.values()) {
      if (!nameOf(point).includes(ONLY)) continue;
      for (const moment of MOMENTS) {
        const plot = atPoint(nameOf(point), moment);
        const after = await play(scenario, plot);
        rows.push(rowOf(scenario, { point, moment }, after));
        expect
          .soft({ point, moment, ...judged(scenario, after) })
          .toEqual({ point, moment, ...wanted(scenario) });
      }
    }
  });
});

describe('the points', () => {
  it('are of every step that a pipeline may have', () => {
    const done = rows.map(([, , effect = '']) => effect);
    const unseen = Object.keys(STEP_HANDLERS).filter(
      (step) => !done.some((effect) => effect.includes(` ${step} COMPLETED`)),
    );
    expect(unseen).toEqual([]);
  });

  it('are of every operation that a service is given', () => {
    const unused = [...offered].filter((operation) => !called.has(operation));
    expect(unused.filter((operation) => !(operation in NOT_PLAYED)).sort()).toEqual([]);
  });
});

/** What no scenario reaches, and why that is no loss. */
const NOT_PLAYED: Readonly<Record<string, string>> = {
  'cloud.close': 'forgets connections, which a death does as well',
};

afterAll(() => {
  rows.sort((one, other) => (one.join() < other.join() ? -1 : 1));
  console.log(tableOf(['service', 'step or aspect', 'effect', 'died', 'in', 'came to'], rows));
  console.log(`${rows.length} deaths`);
  if (strays.length > 0) console.log(tableOf(['twice there', 'seconds', 'in'], strays));
});

function rowOf(scenario: Scenario, { point, moment }: Visited, after: Aftermath): string[] {
  const end = isDeepStrictEqual(judged(scenario, after), wanted(scenario)) ? 'the same end' : 'another end';
  return [point.service, point.actor, point.effect, moment ?? 'never', scenario.name, end];
}

function expectRight(scenario: Scenario, after: Aftermath): void {
  for (const { of, seconds } of after.doubles) strays.push([of, seconds.toFixed(1), scenario.name]);
  expect(judged(scenario, after)).toEqual(wanted(scenario));
}

const judged = ({ made }: Scenario, after: Aftermath) => ({
  ends: after.ends,
  left: after.left,
  made: Object.fromEntries(Object.keys(made).map((kind) => [kind, after.made[kind]])),
  doubles: after.doubles.filter(({ seconds }) => seconds > STRAY_SECONDS),
});
const wanted = ({ ends, left = [], made }: Scenario) => ({
  ends: [...ends],
  left: [...left],
  made: { ...made },
  doubles: [],
});
