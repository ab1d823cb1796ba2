import { finalStatuses, liveStatuses } from '@lcm/core/domain/decider.ts';
import { SESSION_TRANSITIONS } from '@lcm/core/domain/session.ts';
import { iso } from '@lcm/core/domain/time.ts';
import { WORKER_TRANSITIONS } from '@lcm/core/domain/worker.ts';
import type { ListQuery } from '@lcm/core/spi/state-store.ts';
import { boundsOf, onlyOwn, type Viewer } from '../auth/access-rules.ts';
import type { Services } from '../services.ts';
import type { LiveKind } from './event-names.ts';
import { liveEntities } from './live-entities.ts';
import type { LiveFilter } from './live-filter.ts';
import { SnapshotPage } from './snapshot-page.ts';

/** Items in one snapshot frame. */
const PAGE_ITEMS = 200;
/** Sessions that are over are part of a snapshot if their slot began this lately. */
const RECENT_MS = 24 * 3_600_000;
/** Who comes this much later than the first gets a snapshot of its own: what the clock changes in a view grows old. */
const SHARED_MS = 1_000;

/** The states as of a revision: whoever has them goes on with the changes after it. */
export interface Snapshot {
  revision: number;
  frames: AsyncIterable<Buffer>;
}

/** What there is, for clients that connect: read and written once for all who come at about the same time. */
export class Snapshots {
  readonly #services: Services;
  #shared: Promise<States> | undefined;
  #cancel = () => {};

  constructor(services: Services) {
    this.#services = services;
  }

  /**
   * Everything that the viewer sees and the filter lets through.
   * @param since the revision must not be older, or its changes could not be followed
   */
  async take(viewer: Viewer, filter: LiveFilter, since: number): Promise<Snapshot> {
    const { caller } = viewer;
    // Who sees but a few has those alone read.
    const bounds = onlyOwn(caller) ? boundsOf('session', caller) : undefined;
    const states = bounds ? await statesNow(this.#services, bounds) : await this.#current(since);
    const kinds = filter.kinds.filter((kind) => boundsOf(kind, caller));
    return { revision: states.revision, frames: this.#frames(states, kinds, viewer, filter) };
  }

  async *#frames(
    states: States,
    kinds: readonly LiveKind[],
    viewer: Viewer,
    filter: LiveFilter,
  ): AsyncGenerator<Buffer> {
    for (const kind of kinds) {
      for (const page of await states.pages(kind)) {
        const frame = page.frameFor(viewer, filter);
        if (frame) yield frame;
      }
    }
  }

  /** What is shared, unless it is too old to be followed. */
  async #current(since: number): Promise<States> {
    const known = this.#shared;
    const states = await known;
    if (states && states.revision >= since) return states;
    // Unless another who waited has had them read by now.
    if (this.#shared && this.#shared !== known) return this.#shared;
    return this.#share(statesNow(this.#services, {}));
  }

  /** Keeps them for a while and no longer: they may be large. */
  #share(states: Promise<States>): Promise<States> {
    this.forget();
    this.#shared = states;
    this.#cancel = this.#services.clock.after(SHARED_MS, () => this.forget());
    return states;
  }

  /** The next client has everything read again. */
  forget(): void {
    this.#cancel();
    this.#shared = undefined;
  }
}

/** The states as of now; the revision comes first: what changes while they are read is sent again, never missed. */
async function statesNow(services: Services, bounds: Bounds): Promise<States> {
  const { revision } = await services.bus.list('/lcm/settings/');
  return new States(services, bounds, revision);
}

type Bounds = NonNullable<ListQuery['where']>;

/** States of a revision, or somewhat newer; each kind is read when it is first asked for. */
class States {
  readonly revision: number;
  readonly #services: Services;
  readonly #bounds: Bounds;
  readonly #pages = new Map<LiveKind, Promise<SnapshotPage[]>>();

  /** @param bounds what the list of sessions is narrowed to */
  constructor(services: Services, bounds: Bounds, revision: number) {
    this.#services = services;
    this.#bounds = bounds;
    this.revision = revision;
  }

  pages(kind: LiveKind): Promise<SnapshotPage[]> {
    const known = this.#pages.get(kind);
    if (known) return known;
    const pages = this.#read(kind);
    this.#pages.set(kind, pages);
    return pages;
  }

  async #read(kind: LiveKind): Promise<SnapshotPage[]> {
    const { store, clock } = this.#services;
    const pages: SnapshotPage[] = [];
    for (const query of queriesFor(kind, clock.now(), this.#bounds)) {
      let cursor: string | undefined;
      do {
        const page = await store.list<never>(kind, { ...query, limit: PAGE_ITEMS, cursor });
        const entities = await liveEntities(this.#services, kind, page.items);
        pages.push(new SnapshotPage(kind, this.revision, entities));
        cursor = page.nextCursor;
      } while (cursor);
    }
    return pages;
  }
}

function queriesFor(kind: LiveKind, now: number, bounds: Bounds): Omit<ListQuery, 'limit'>[] {
  const recent = { from: iso(now - RECENT_MS) };
  switch (kind) {
    case 'session':
      return [
        { where: { ...bounds, status: liveStatuses(SESSION_TRANSITIONS) } },
        { where: { ...bounds, status: finalStatuses(SESSION_TRANSITIONS), 'timeslot.start': recent } },
      ];
    case 'worker':
      return [
        { where: { status: liveStatuses(WORKER_TRANSITIONS) } },
        { where: { status: finalStatuses(WORKER_TRANSITIONS), createdAt: recent } },
      ];
    default:
      return [{}];
  }
}
