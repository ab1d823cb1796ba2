import { illegalTransition } from './refusal.ts';
import { iso } from './time.ts';

/**
 * An aggregate as three pure things: what happened turns into state (`evolve`), and a wish turns into what
 * happens (`decide`) or is refused. No input, output, clock or chance of its own.
 */
export interface Decider<State, Command, Event extends { type: string }> {
  /**
   * What the command makes happen; nothing if it is done already.
   * @param now milliseconds since the epoch
   * @throws Refusal when the state does not allow it
   */
  decide(state: State | undefined, command: Command, now: number): Event[];
  /** The state after the event. Never throws: what happened, happened. */
  evolve(state: State | undefined, event: Event): State;
  /** Where a state is costly to copy: a draft on which many commands are decided; the state itself is left as it is. */
  draft?(state: State | undefined): Draft<State, Command, Event>;
}

/** An aggregate on which several commands are decided, each on what those before it came to. */
export interface Draft<State, Command, Event> {
  /** As the decider's `decide`; takes in what it makes happen. @throws Refusal, and stays as it was */
  decide(command: Command, now: number): Event[];
  /** After all that has happened so far; what is kept of it may change with the next decision. */
  readonly state: State | undefined;
}

/** A draft of any aggregate: its own, or one state after the other. */
export function draftOf<State, Command, Event extends { type: string }>(
  decider: Decider<State, Command, Event>,
  state: State | undefined,
): Draft<State, Command, Event> {
  if (decider.draft) return decider.draft(state);
  let current = state;
  return {
    decide: (command, now) => {
      const events = decider.decide(current, command, now);
      for (const event of events) current = decider.evolve(current, event);
      return events;
    },
    get state() {
      return current;
    },
  };
}

/** Applies events in order. @throws Error if there is neither a state nor an event */
export function evolveAll<State, Event extends { type: string }>(
  decider: Pick<Decider<State, never, Event>, 'evolve'>,
  state: State | undefined,
  events: readonly Event[],
): State {
  let next = state;
  for (const event of events) next = decider.evolve(next, event);
  if (next === undefined) throw new Error('no event has made this aggregate yet');
  return next;
}

/** Who asks, and why; part of every command. */
export interface Asked {
  by: string;
  reason?: string | undefined;
}

/** When it happened, who caused it, and why; part of every event. */
export interface Happened {
  at: string;
  by: string;
  reason?: string | undefined;
}

/** An event without when, by whom and why, which are the same for all that one command makes happen. */
export type Bare<Event> = Event extends Happened ? Omit<Event, keyof Happened> : never;

/** When, by whom and why: what the events of that command have in common. @param now milliseconds since the epoch */
export function happened({ by, reason }: Asked, now: number): Happened {
  return { at: iso(now), by, ...(reason ? { reason } : {}) };
}

/** The states of one machine and where each may go. */
export type TransitionTable<Status extends string> = Readonly<Record<Status, readonly Status[]>>;

/** Whether the machine may go from one state to the other in one step. */
export function mayBecome<Status extends string>(
  table: TransitionTable<Status>,
  from: Status,
  to: Status,
): boolean {
  return table[from].includes(to);
}

/** @throws Refusal `illegalTransition` where the table has no such step. @param kind in words, for the message */
export function mustBecome<Status extends string>(
  table: TransitionTable<Status>,
  kind: string,
  state: { id: string; status: Status },
  to: Status,
): void {
  if (!mayBecome(table, state.status, to)) throw illegalTransition(kind, state.id, state.status, to);
}

/** Whether nothing leaves that state. */
export function isFinal<Status extends string>(table: TransitionTable<Status>, status: Status): boolean {
  return table[status].length === 0;
}

/** The states that nothing leaves. */
export const finalStatuses = <Status extends string>(table: TransitionTable<Status>): Status[] =>
  statusesOf(table).filter((status) => isFinal(table, status));

/** The states in which something may still happen. */
export const liveStatuses = <Status extends string>(table: TransitionTable<Status>): Status[] =>
  statusesOf(table).filter((status) => !isFinal(table, status));

/** A table has exactly its states as names, which the compiler does not know of objects. */
const statusesOf = <Status extends string>(table: TransitionTable<Status>) => Object.keys(table) as Status[];
