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
    const kind = frame.data['kind'];
    if (frame.event === 'connected' || frame.event === 'reset') {
      settle();
      position = begun(frame, stores, position);
    } else if (frame.event === 'snapshot.complete') {
      settle();
      // A snapshot of nothing has no frame of its own that would begin it.
      if (!position.snapshotting) for (const store of Object.values(stores)) store.beginSnapshot();
      for (const store of Object.values(stores)) store.endSnapshot();
      position = { ...position, snapshotting: false, lastId: frame.id ?? position.lastId };
    } else if (isKind(stores, kind)) {
      const { items, entity } = frame.data;
      if (Array.isArray(items) && !position.snapshotting) {
        settle();
        for (const store of Object.values(stores)) store.beginSnapshot();
        position = { ...position, snapshotting: true };
      }
      const entities = waiting.get(kind) ?? [];
      waiting.set(kind, entities);
      entities.push(...(Array.isArray(items) ? items : [entity]));
    }
    if (frame.id && !position.snapshotting) position = { ...position, lastId: frame.id };
  }
  settle();
  return position;
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
