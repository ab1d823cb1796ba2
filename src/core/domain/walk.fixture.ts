import fc from 'fast-check';
import { expect } from 'vitest';
import type { z } from 'zod';
import { type Decider, mayBecome, type TransitionTable } from './decider.ts';
import { Refusal } from './refusal.ts';
import { attempt, T0 } from './scenario.fixture.ts';

/** What must hold of an aggregate, whatever is asked of it. */
export interface Walk<State, Command, Event extends { type: string }, Status extends string> {
  decider: Decider<State, Command, Event>;
  schema: z.ZodType<State>;
  /** Makes it. */
  first: Command;
  commands: fc.Arbitrary<Command>;
  /**
   * What would bring it further from here; mixed among the others, so that walks get far. The choice, at random,
   * is for where there are several ways.
   */
  next?: (state: State, choice: number) => Command;
  machine?: { table: TransitionTable<Status>; statusOf: (state: State) => Status };
  /** Commands that cannot be sent again right after they succeeded, and are refused then. */
  onceOnly?: (command: Command, before: State) => boolean;
  /** More that holds in every state. */
  always?: (state: State, now: number) => void;
  /** Most commands in a row, 40 where absent. */
  steps?: number;
}

/**
 * Sends commands at random, sensible or not, at moments further and further on, and checks after each: the
 * status moved along the table only, nothing that was given was changed in place, the document is what its
 * schema says and nothing more, and the same command again changes nothing.
 * @returns the states in which it ever was, so that a test can see how far the walks came
 */
export function checkWalks<State, Command, Event extends { type: string }, Status extends string>(
  walk: Walk<State, Command, Event, Status>,
): Set<Status> {
  const seen = new Set<Status>();
  const wish = fc.oneof(
    fc.record({ command: walk.commands }),
    ...(walk.next ? [fc.record({ next: fc.nat(99) })] : []),
  );
  const step = fc.record({ wish, afterMs: fc.integer({ min: 0, max: 400_000 }) });
  const steps = fc.array(step, { maxLength: walk.steps ?? 40, size: 'max' });
  fc.assert(
    fc.property(steps, (sent) => {
      let now = T0;
      let state = send(walk, undefined, walk.first, now).state;
      for (const { wish, afterMs } of sent) {
        now += afterMs;
        const command = 'command' in wish ? wish.command : walk.next?.(state, wish.next);
        if (command) state = checkStep(walk, state, command, now);
        if (walk.machine) seen.add(walk.machine.statusOf(state));
      }
    }),
    { numRuns: 300 },
  );
  return seen;
}

function checkStep<State, Command, Event extends { type: string }, Status extends string>(
  walk: Walk<State, Command, Event, Status>,
  before: State,
  command: Command,
  now: number,
): State {
  const result = attempt(() => send(walk, before, command, now));
  if (result instanceof Refusal) return before;
  const { state, events } = result;
  if (events.length > 0) {
    checkDocument(walk.schema, state);
    walk.always?.(state, now);
    const again = attempt(() => walk.decider.decide(state, command, now + 1_000));
    if (again instanceof Refusal)
      expect(walk.onceOnly?.(command, before), `again: ${again.message}`).toBe(true);
    else expect(again).toEqual([]);
  }
  return state;
}

/** The state after the command, frozen; each of its events moves the status along the table. */
function send<State, Command, Event extends { type: string }, Status extends string>(
  { decider, machine }: Walk<State, Command, Event, Status>,
  before: State | undefined,
  command: Command,
  now: number,
): { state: State; events: Event[] } {
  const events = freeze(decider.decide(before, freeze(command), now));
  let state = before;
  for (const event of events) {
    const next = freeze(decider.evolve(state, event));
    if (machine && state !== undefined) {
      const [from, to] = [machine.statusOf(state), machine.statusOf(next)];
      const stays = from === to;
      expect(
        stays || mayBecome(machine.table, from, to),
        `${event.type} moved it from ${from} to ${to}`,
      ).toBe(true);
    }
    state = next;
  }
  if (state === undefined) throw new Error('the command made nothing');
  return { state, events };
}

/** What is written and read back is the same, and the schema has nothing to strip from it. */
function checkDocument<State>(schema: z.ZodType<State>, state: State): void {
  const written: unknown = JSON.parse(JSON.stringify(state));
  const parsed = schema.parse(written);
  expect(parsed).toEqual(written);
  expect(written).toEqual(state);
}

/** Freezes it and all in it, so that a change in place throws. */
function freeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}
