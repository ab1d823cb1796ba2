import { isDeepStrictEqual } from 'node:util';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { SessionCommand, SessionEvent } from '@lcm/core/domain/session.ts';
import { sessionDecider } from '@lcm/core/domain/session-decider.ts';
import type { Session } from '@lcm/core/domain/session-state.ts';
import type { LoggedEvent } from '@lcm/core/spi/state-store.ts';

/** A wish, and what became of it. What it asks for may depend on the state that it meets, e.g. "longer by". */
export interface Asked {
  name: string;
  command(state: Session): SessionCommand;
  /** How it was answered: undefined where it was granted. */
  refusal: Refusal | undefined;
}

/** Refusals of the race itself: they say that it was somebody else's turn, not what the session was. */
const OF_THE_RACE: readonly string[] = ['staleVersion', 'busy', 'doesNotFit'];

/**
 * What cannot be explained by the wishes having been granted one after the other, in words: a commit that none
 * of them leads to, a granted one without effect though it would have had one at any time, one that was
 * refused though it never had to be.
 * @param events all of the session's, oldest first @param from sequence number of the first that is in question
 */
export function unexplained(
  events: readonly LoggedEvent[],
  from: number,
  asked: readonly Asked[],
  now: number,
): string[] {
  const found: string[] = [];
  const left = new Set(asked.filter(({ refusal }) => !refusal));
  let state = fold(
    undefined,
    events.filter(({ seq }) => seq < from),
  );
  const states = [state];
  const commits = Map.groupBy(
    events.filter(({ seq }) => seq >= from),
    ({ version }) => version,
  );
  for (const [version, commit] of commits) {
    const granted = [...left].find((one) => leadsTo(one, state, commit, now));
    if (granted) left.delete(granted);
    else if (!commit.every(({ type }) => OF_THE_SYSTEM.has(type)))
      found.push(`nobody asked for version ${version}: ${commit.map(({ type }) => type).join(', ')}`);
    state = fold(state, commit);
    states.push(state);
  }
  for (const one of left)
    if (!states.some((each) => decided(one, each, now)?.length === 0))
      found.push(`${one.name} was granted and lost`);
  for (const one of asked) {
    if (!one.refusal || OF_THE_RACE.includes(one.refusal.code)) continue;
    if (!states.some((each) => decided(one, each, now) === undefined))
      found.push(`${one.name} was refused without need: ${one.refusal.message}`);
  }
  return found;
}

/** What comes about without a wish: a change of worker in two steps, and what controllers record. */
const OF_THE_SYSTEM: ReadonlySet<string> = new Set([
  'session.placement.proposed',
  'session.placement.withdrawn',
  'session.placement.released',
  'session.evidence.recorded',
]);

function leadsTo(one: Asked, state: Session, commit: readonly LoggedEvent[], now: number): boolean {
  const meant = commit.map(({ data }) => bare(data));
  return [undefined, state.proposal?.id].some((placementId) => {
    const decision = decided(one, state, now, placementId);
    return decision !== undefined && isDeepStrictEqual(decision.map(bare), meant);
  });
}

/** Undefined where it is refused. */
function decided(one: Asked, state: Session, now: number, placementId?: Session['id'] | string) {
  try {
    const command = one.command(state);
    const whole = placementId === undefined ? command : { ...command, placementId };
    return sessionDecider.decide(state, whole as SessionCommand, now);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** Without who and why. */
function bare(event: unknown): unknown {
  const { by: _, reason: __, ...rest } = JSON.parse(JSON.stringify(event));
  if ('ending' in rest) rest.ending = { ...rest.ending, by: '', reason: '' };
  return rest;
}

function fold(state: Session | undefined, events: readonly LoggedEvent[]): Session {
  let after = state;
  for (const { data } of events) after = sessionDecider.evolve(after, data as SessionEvent);
  if (!after) throw new Error('there is no session to begin with');
  return after;
}
