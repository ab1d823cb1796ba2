import type { Session } from '@lcm/core/domain/session-state.ts';
import type { Stored } from '@lcm/core/spi/state-store.ts';
import { type Caller, ownKey } from '../auth/caller.ts';
import { seesAllCandidates, seesCandidates } from '../auth/session-access.ts';
import { withoutCandidate } from '../queries/session-view.ts';
import { type LiveKind, SNAPSHOT_NAMES } from './event-names.ts';
import { frameOf } from './frame.ts';
import { type Filterable, isUnfiltered, type LiveFilter, passes } from './live-filter.ts';
import { once } from './once.ts';

/** An entity of a snapshot, as JSON with and without who the candidate is. */
interface Item {
  view: Filterable;
  whole: () => string;
  reduced: () => string;
  session: Session | undefined;
}

/** Some entities of one kind as of a revision: each is written as JSON once, for all clients that see it alike. */
export class SnapshotPage {
  readonly #kind: LiveKind;
  readonly #revision: number;
  readonly #items: readonly Item[];
  readonly #owners: ReadonlySet<string>;
  readonly #whole = once(() => this.#frame(this.#items.map(({ whole }) => whole())));
  readonly #reduced = once(() => this.#frame(this.#items.map(({ reduced }) => reduced())));

  /** @param views of the entities in `stored`, with everything that anybody may see */
  constructor(
    kind: LiveKind,
    revision: number,
    stored: readonly Stored<unknown>[],
    views: readonly Filterable[],
  ) {
    this.#kind = kind;
    this.#revision = revision;
    this.#items = views.map((view, index) => itemOf(kind, view, stored[index]?.state));
    this.#owners = new Set(this.#items.flatMap(({ session }) => session?.ownerKey ?? []));
  }

  /** The frame for a caller who may see all of these; nothing where the filter lets none of them through. */
  frameFor(caller: Caller, filter: LiveFilter): Buffer | undefined {
    if (this.#items.length === 0) return undefined;
    const all = seesAllCandidates(caller);
    if (isUnfiltered(filter)) {
      if (all) return this.#whole();
      if (!this.#owners.has(ownKey(caller))) return this.#reduced();
    }
    const shown = this.#items.filter(({ view }) => passes(this.#kind, view, filter));
    if (shown.length === 0) return undefined;
    return this.#frame(
      shown.map(({ session, whole, reduced }) =>
        all || !session || seesCandidates(caller, session) ? whole() : reduced(),
      ),
    );
  }

  #frame(items: readonly string[]): Buffer {
    const data = `{"kind":"${this.#kind}","items":[${items.join(',')}],"revision":${this.#revision}}`;
    return Buffer.from(frameOf(SNAPSHOT_NAMES[this.#kind], data));
  }
}

function itemOf(kind: LiveKind, view: Filterable & { candidate?: unknown }, state: unknown): Item {
  const whole = once(() => JSON.stringify(view));
  if (kind !== 'session') return { view, whole, reduced: whole, session: undefined };
  const reduced = once(() => JSON.stringify(withoutCandidate(view)));
  return { view, whole, reduced, session: state as Session };
}
