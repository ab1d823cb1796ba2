import type { Session } from '@lcm/core/domain/session-state.ts';
import type { Services } from '../services.ts';

/** A place in the queue is good for this long; it moves all the time anyway. */
const FRESH_MS = 1_000;
const known = new WeakMap<Services, { at: number; places: Map<string, number> }>();

/** The place of each PENDING session in the queue: by start, as the scheduler takes them. */
export async function queuePlaces(services: Services): Promise<Map<string, number>> {
  const last = known.get(services);
  if (last && services.clock.monotonic() - last.at < FRESH_MS) return last.places;
  const places = new Map<string, number>();
  let cursor: string | undefined;
  do {
    const page = await services.store.list<Session>('session', {
      where: { status: 'PENDING' },
      sort: { field: 'timeslot.start', direction: 'asc' },
      limit: 1_000,
      cursor,
    });
    for (const { id, state } of page.items) if (!state.onHold) places.set(id, places.size + 1);
    cursor = page.nextCursor;
  } while (cursor);
  known.set(services, { at: services.clock.monotonic(), places });
  return places;
}
