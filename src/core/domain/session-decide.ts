import { type Bare, happened } from './decider.ts';
import { Refusal } from './refusal.ts';
import type { SessionCommand, SessionEvent } from './session.ts';
import { claiming } from './session-claiming.ts';
import { ending } from './session-ending.ts';
import { pipelines } from './session-pipelines.ts';
import { placing } from './session-placing.ts';
import type { Of, RulesFor } from './session-rules.ts';
import { running } from './session-running.ts';
import type { Session } from './session-state.ts';
import { ms } from './time.ts';

/** One rule per command type; the compiler checks that none is missing. */
const rules: RulesFor<Exclude<SessionCommand['type'], 'book'>> = {
  ...claiming,
  ...placing,
  ...running,
  ...ending,
  ...pipelines,
};

/** What a command makes happen to a session; see session.ts for the commands. */
export function decideSession(
  state: Session | undefined,
  command: SessionCommand,
  now: number,
): SessionEvent[] {
  if (command.eventId && state?.inbound.includes(command.eventId)) return [];
  const events = command.type === 'book' ? book(state, command) : rulesFor(existing(state), command, now);
  if (command.eventId && (events.length > 0 || command.type === 'noteEvent'))
    events.push({ type: 'session.inbound.applied', eventId: command.eventId });
  const common = happened(command, now);
  return events.map((event) => ({ ...event, ...common }));
}

function rulesFor(
  state: Session,
  command: Exclude<SessionCommand, { type: 'book' }>,
  now: number,
): Bare<SessionEvent>[] {
  // The compiler cannot follow that the rule of a command's type takes that command.
  const rule = rules[command.type] as (
    state: Session,
    command: SessionCommand,
    now: number,
  ) => Bare<SessionEvent>[];
  return rule(state, command, now);
}

function existing(state: Session | undefined): Session {
  if (!state) throw new Refusal('notFound', 'there is no such session');
  return state;
}

function book(state: Session | undefined, command: Of<'book'>): Bare<SessionEvent>[] {
  if (state) throw new Refusal('conflict', `session ${state.id} exists already`);
  if (ms(command.timeslot.end) <= ms(command.timeslot.start)) {
    throw new Refusal('rule', 'the timeslot ends before it starts', {
      fields: [{ pointer: '/timeslot/end', message: 'must be later than the start' }],
    });
  }
  const { type: _, by: __, reason: ___, eventId: ____, ...booking } = command;
  return [{ type: 'session.created', ...booking }];
}
