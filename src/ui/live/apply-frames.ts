import type { Stores } from '../store/stores.ts';
import { type Frame, isRecord } from './frame.ts';

/** What a page knows of where it stands in the stream. */
export interface Position {
  epoch: string | undefined;
  /** Id of the newest frame that is in the stores; undefined until a snapshot is complete. */
  lastId: string | undefined;
  /** Whether a snapshot is coming in. */
  snapshotting: boolean;
}

export const START: Position = { epoch: undefined, lastId: undefined, snapshotting: false };

/**
 * Puts frames into the stores, in their order; frames that say nothing about an entity or the stream are
 * passed over. Gives the new position.
 */
export function applyFrames(frames: readonly Frame[], stores: Stores, from: Position): Position {
  let position = from;
  const waiting = new Map<keyof Stores, unknown[]>();
  const settle = () => {
    for (const [kind, entities] of waiting) put(stores, kind, entities);
    waiting.clear();
  };
  for (const frame of frames) {
    const entities = entitiesOf(frame, stores);
    // What comes before a turn in the stream belongs before it in the stores, too.
    if (!entities || (Array.isArray(frame.data['items']) && !position.snapshotting)) settle();
    position = turned(frame, stores, position);
    if (entities) {
      const some = waiting.get(entities.kind) ?? [];
      waiting.set(entities.kind, some);
      some.push(...entities.some);
    }
    if (frame.id && !position.snapshotting) position = { ...position, lastId: frame.id };
  }
  settle();
  return position;
}

/** What a frame says about entities; undefined where it says nothing of a kind that is kept. */
function entitiesOf({ data }: Frame, stores: Stores): { kind: keyof Stores; some: unknown[] } | undefined {
  const { kind, items, entity } = data;
  if (!isKind(stores, kind)) return undefined;
  return { kind, some: Array.isArray(items) ? items : [entity] };
}

/** The position after a frame that begins or ends something; the same for all others. */
function turned(frame: Frame, stores: Stores, position: Position): Position {
  if (frame.event === 'connected' || frame.event === 'reset') return begun(frame, stores, position);
  const all = Object.values(stores);
  if (frame.event === 'snapshot.complete') {
    // A snapshot of nothing has no frame of its own that would begin it.
    if (!position.snapshotting) for (const store of all) store.beginSnapshot();
    for (const store of all) store.endSnapshot();
    return { ...position, snapshotting: false };
  }
  if (!Array.isArray(frame.data['items']) || position.snapshotting) return position;
  for (const store of all) store.beginSnapshot();
  return { ...position, snapshotting: true };
}

function begun(frame: Frame, stores: Stores, position: Position): Position {
  if (frame.event === 'reset') return { ...position, lastId: undefined, snapshotting: false };
  const epoch = typeof frame.data['epoch'] === 'string' ? frame.data['epoch'] : position.epoch;
  // Versions of another epoch may be lower than those here and still be newer.
  const another = position.epoch !== undefined && epoch !== position.epoch;
  if (another) for (const store of Object.values(stores)) store.clear();
  return { epoch, lastId: another ? undefined : position.lastId, snapshotting: false };
}

function isKind(stores: Stores, kind: unknown): kind is keyof Stores {
  return typeof kind === 'string' && kind in stores;
}

function put(stores: Stores, kind: keyof Stores, entities: unknown[]): void {
  // The server checks views on their way out; here it is enough that they can be kept.
  stores[kind].put(entities.filter(isEntity) as never[]);
}

function isEntity(value: unknown): boolean {
  return isRecord(value) && typeof value['id'] === 'string' && typeof value['version'] === 'number';
}
