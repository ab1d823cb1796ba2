import type { Definition } from '../domain/definition-state.ts';
import type { LicenceType, Need } from '../domain/resources.ts';
import type { Session } from '../domain/session-state.ts';
import { ms } from '../domain/time.ts';
import { heldWindow, type Timeslot, type Window } from '../domain/timeslot.ts';
import type { VersionRange } from './version.ts';

/** What a session asks of a worker, and when. */
export interface PlacementRequest {
  /** What is held: lead and teardown included, in milliseconds since the epoch. */
  window: Window;
  /** After this moment a worker that becomes available comes too late to build the lab at all. */
  latestReady: number;
  need: Need;
  /** Licence types that may run it; any where empty. */
  licenceAffinity: readonly LicenceType[];
  cmlVersion: VersionRange;
  nodeDefinitions: readonly string[];
  /** Any region where absent. */
  region?: string | undefined;
  /** Definition version whose labs can be used again; absent where they must not. */
  reuseOf?: string | undefined;
  /** Workers that are taken last. */
  avoidWorkers: readonly string[];
}

type Booked = Pick<Definition, 'id' | 'spec' | 'facts'>;

/** What a booking of the definition in that slot would ask for. */
export function requestFor(
  definition: Booked,
  timeslot: Timeslot,
  more: { region?: string | undefined; need?: Need | undefined; avoidWorkers?: readonly string[] } = {},
): PlacementRequest {
  const { spec, facts } = definition;
  return {
    window: heldWindow(timeslot),
    latestReady: ms(timeslot.end) - timeslot.leadSeconds * 1000,
    need: more.need ?? { ...facts.need, ...present(spec.need ?? {}) },
    licenceAffinity: spec.licenceAffinity,
    cmlVersion: spec.cmlVersion ?? {},
    nodeDefinitions: facts.nodeDefinitions,
    region: more.region,
    reuseOf: spec.labReuse ? definition.id : undefined,
    avoidWorkers: more.avoidWorkers ?? [],
  };
}

/** What a booked session asks for: what it needs was pinned when it was booked. */
export function requestOf(session: Session, definition: Booked): PlacementRequest {
  return requestFor(definition, session.timeslot, {
    region: session.region,
    need: session.definition.need,
    avoidWorkers: session.avoidWorkers,
  });
}

function present<T extends object>(parts: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(parts).filter(([, part]) => part !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
