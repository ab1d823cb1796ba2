import { seesEverything, type Viewer } from '../auth/access-rules.ts';
import { type LiveKind, SNAPSHOT_NAMES } from './event-names.ts';
import { frameOf } from './frame.ts';
import type { LiveEntity } from './live-entities.ts';
import { isUnfiltered, type LiveFilter, passes } from './live-filter.ts';
import { once } from './once.ts';

/** An entity of a snapshot, and its views as JSON. */
interface Item {
  entity: LiveEntity;
  textOf: (view: object) => string;
}

/** Some entities of one kind as of a revision: each is written as JSON once, for all clients that see it alike. */
export class SnapshotPage {
  readonly #kind: LiveKind;
  readonly #revision: number;
  readonly #items: readonly Item[];
  readonly #whole = once(() => this.#frame(this.#items.map(({ entity, textOf }) => textOf(entity.whole))));
  readonly #reduced = once(() =>
    this.#frame(this.#items.map(({ entity, textOf }) => textOf(entity.reduced))),
  );

  constructor(kind: LiveKind, revision: number, entities: readonly LiveEntity[]) {
    this.#kind = kind;
    this.#revision = revision;
    this.#items = entities.map((entity) => ({ entity, textOf: textsOf() }));
  }

  /** The frame for a viewer; nothing where it sees none of these, or the filter lets none through. */
  frameFor(viewer: Viewer, filter: LiveFilter): Buffer | undefined {
    if (this.#items.length > 0 && isUnfiltered(filter) && seesEverything(viewer)) return this.#whole();
    const shown = this.#items.filter(
      ({ entity }) => passes(this.#kind, entity.whole, filter) && entity.isSeenBy(viewer),
    );
    if (shown.length === 0) return undefined;
    const views = shown.map(({ entity, textOf }) => ({ entity, textOf, view: entity.viewFor(viewer) }));
    // Most see all of them alike: their frame is written once.
    if (isUnfiltered(filter) && shown.length === this.#items.length) {
      if (views.every(({ entity, view }) => view === entity.whole)) return this.#whole();
      if (views.every(({ entity, view }) => view === entity.reduced)) return this.#reduced();
    }
    return this.#frame(views.map(({ textOf, view }) => textOf(view)));
  }

  #frame(items: readonly string[]): Buffer {
    const data = `{"kind":"${this.#kind}","items":[${items.join(',')}],"revision":${this.#revision}}`;
    return Buffer.from(frameOf(SNAPSHOT_NAMES[this.#kind], data));
  }
}

/** Writes each view once. */
function textsOf(): (view: object) => string {
  const texts = new Map<object, string>();
  return (view) => {
    const text = texts.get(view) ?? JSON.stringify(view);
    texts.set(view, text);
    return text;
  };
}
