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

/** States that nothing leaves. */
export function isFinal<Status extends string>(table: TransitionTable<Status>, status: Status): boolean {
  return table[status].length === 0;
}

/** One step of a resource's life, as it is shown and audited. */
export interface Transition<Status extends string> {
  from: Status | null;
  to: Status;
  at: string;
  by: string;
  reason?: string | undefined;
}
