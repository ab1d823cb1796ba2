import { expect } from 'vitest';
import { type Bare, type Decider, evolveAll, type Happened } from './decider.ts';
import { Refusal, type RefusalCode } from './refusal.ts';
import { iso, ms } from './time.ts';

/** The moment at which the given events happened, and at which a command is sent where nothing else is said. */
export const T0 = ms('2026-03-01T08:00:00.000Z');

/** A command without who asks; every scenario's commands come from `tester`. */
export type Wish<Command> = Command extends unknown ? Omit<Command, 'by'> : never;

/** What came of a command, and how a test says what should have. */
export interface Answer<State, Event> {
  /** Exactly these events happen, in this order. */
  happens(...events: Bare<Event>[]): void;
  /** It is refused with that code, and the message says that. */
  isRefused(code: RefusalCode, message?: RegExp): void;
  /** The state afterwards; fails where the command was refused. */
  state(): State;
}

/** Given what has happened to an aggregate, when a command comes, then these events happen or it is refused. */
export function given<
  State,
  Command extends { by: string; reason?: string | undefined },
  Event extends Happened & { type: string },
>(decider: Decider<State, Command, Event>, history: readonly Bare<Event>[]) {
  const before = history.length > 0 ? evolveAll(decider, undefined, history.map(stamped)) : undefined;
  return {
    when(wish: Wish<Command>, now = T0): Answer<State, Event> {
      const command = { ...wish, by: 'tester' } as unknown as Command;
      const decided = attempt(() => decider.decide(before, command, now));
      const events = decided instanceof Refusal ? [] : decided;
      return {
        happens: (...expected) => {
          if (decided instanceof Refusal) throw decided;
          const common = {
            at: iso(now),
            by: 'tester',
            ...(command.reason ? { reason: command.reason } : {}),
          };
          expect(events).toEqual(expected.map((event) => ({ ...event, ...common })));
        },
        isRefused: (code, message) => {
          expect(decided).toBeInstanceOf(Refusal);
          if (!(decided instanceof Refusal)) return;
          expect(decided.code).toBe(code);
          if (message) expect(decided.message).toMatch(message);
        },
        state: () => {
          if (decided instanceof Refusal) throw decided;
          return evolveAll(decider, before, events);
        },
      };
    },
  };
}

/** The compiler cannot see that an event without what is common, and what is common, make an event. */
function stamped<Event>(event: Bare<Event>): Event {
  return { at: iso(T0), by: 'tester', ...event } as unknown as Event;
}

/** What it gives, or the refusal; any other error is the domain's fault and fails the test. */
export function attempt<Result>(work: () => Result): Result | Refusal {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
