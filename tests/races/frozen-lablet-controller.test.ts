import { seedDefinitions } from '@lcm/cli/seeds/seed-definitions.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { LabletDependencies } from '@lcm/lablet-controller/dependencies.ts';
import { afterEach, describe, expect, test } from 'vitest';
import { type Lablets, startLablets } from '../e2e/lablet/lablet.fixture.ts';
import { expectNothingLeft, NAME, playLife } from '../e2e/lablet/whole-life.ts';
import { Freezable } from './freezable.ts';
import { contradictions } from './log-judge.ts';
import { expectGone, type Stray, straysOf } from './strays.ts';

const seed = (await seedDefinitions()).find(({ name }) => name === NAME);

/** Six times the lease: somebody else has taken over and done much of the work. */
const FROZEN_MS = 60_000;
/** Calls of a life at which it is frozen; every one of them with `LCM_FREEZE_RUNS` large enough. */
const RUNS = Number(process.env['LCM_FREEZE_RUNS'] ?? 4);
/** A stray is found by its marker at the next look, and teardown looks again after a request's time-out. */
const STRAY_MS = 30 * 60_000;

let on: Lablets;
afterEach(() => on.stop());

describe('a lablet controller that is frozen past its lease and wakes up', () => {
  let calls = 0;
  let score: number | undefined;
  const strays: Stray[] = [];
  let refused = 0;

  test('never, makes so many calls', async () => {
    const life = await lifeWithFreeze(1_000_000, 'before');
    calls = life.calls;
    score = await scoreOf(life);
    expect(calls).toBeGreaterThan(60);
    expect(score).toBeGreaterThan(0);
  }, 60_000);

  test.each(Array.from({ length: RUNS }, (_, index) => index))(
    'at any call writes nothing stale and leaves nothing double: %i',
    async (index) => {
      const call = 1 + Math.floor(((index + 0.5) * calls) / RUNS);
      const life = await lifeWithFreeze(call, index % 2 === 0 ? 'after' : 'before');
      expect(life.frozen).toBe(true);
      expect(await scoreOf(life)).toBe(score);
      refused += life.refused;
      strays.push(...life.strays);
    },
    60_000,
  );

  test('leaves strays outside for a while only', () => {
    expectGone('a frozen lablet controller', { runs: RUNS, refused, strays, withinMs: STRAY_MS });
  });
});

type Life = Awaited<ReturnType<typeof lifeWithFreeze>>;

/** Plays a session's whole life with a controller that is frozen at its n-th call, and another that takes over. */
async function lifeWithFreeze(call: number, when: 'before' | 'after') {
  if (!seed) throw new Error(`there is no definition ${NAME}`);
  on = await startLablets();
  on.startController();
  const { id: definitionId } = await on.publish(seed);
  const workerId = await on.upWorker();
  await on.stopAll();
  const sleeper = new Freezable(on.clock);
  let [calls, refused, frozen] = [0, 0, false];
  const parts = heldBy(
    sleeper,
    (at) => {
      if (at === 'before') calls += 1;
      if (frozen || calls < call || at !== when) return;
      frozen = true;
      sleeper.freeze();
      on.clock.after(FROZEN_MS, () => sleeper.thaw());
    },
    () => {
      refused += 1;
    },
  );
  on.startController(parts);
  let takenOver = false;
  const id = await playLife(on, { definitionId, workerId }, () => {
    if (!frozen || takenOver) return;
    takenOver = true;
    on.startController();
  });
  const made = calls;
  // Both stay until whoever slept has come to its senses.
  await on.pass(FROZEN_MS + 30_000);
  const lab = /lcm:[^/]+\/([^/]+)/;
  const strays = straysOf(
    on.world.ledger.all(),
    ({ kind, detail }) => {
      if (kind === 'ldsSession') return String(detail['reference']);
      return kind === 'lab' || kind === 'runningLab'
        ? (lab.exec(String(detail['title']))?.[1] ?? 'the lab')
        : undefined;
    },
    on.clock.now(),
  );
  return { id, workerId, calls: made, frozen, refused, strays };
}

/** What the controller is made of, as a process has it that may be frozen. */
function heldBy(
  sleeper: Freezable,
  onCall: (when: 'before' | 'after') => void,
  onStale: () => void,
): Partial<LabletDependencies> {
  const whole = on.dependenciesOn(
    (ask) => async (url, init) => {
      const answer = await ask(url, init);
      if (answer.status === 409 && (await answer.clone().text()).includes('staleFence')) onStale();
      return answer;
    },
    on.bus,
  );
  const held = <T extends object>(thing: T) => sleeper.holding(thing, onCall);
  const { client, cml, consoles, lds, content } = whole;
  return {
    ...whole,
    clock: sleeper.clock,
    bus: sleeper.bus(on.bus),
    client: held(client),
    cml: held(cml),
    consoles: held(consoles),
    content: held(content),
    ...(lds ? { lds: held(lds) } : {}),
  };
}

/** The one score, after nothing was found left behind, doubled or written by whoever had no right to. */
async function scoreOf({ id, workerId }: Life): Promise<number | undefined> {
  const { score, outcome } = await expectNothingLeft(on, { id, workerId });
  expect(await contradictions(on.store)).toEqual([]);
  if (outcome !== 'completed') throw new Refusal('conflict', `it ended as ${outcome}`);
  expect(score).toBeDefined();
  return score;
}
