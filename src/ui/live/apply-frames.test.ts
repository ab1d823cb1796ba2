import { describe, expect, it } from 'vitest';
import { EntityStore } from '../store/entity-store.ts';
import type { Stores } from '../store/stores.ts';
import { applyFrames, START } from './apply-frames.ts';
import type { Frame } from './frame.ts';

const newStores = (): Stores => ({
  session: new EntityStore(),
  worker: new EntityStore(),
  definition: new EntityStore(),
  'lab-record': new EntityStore(),
});
const connected = (epoch = 'e'): Frame => ({ event: 'connected', data: { epoch } });
const snapshot = (kind: string, ...ids: string[]): Frame => ({
  id: 'e.10',
  event: `${kind}.snapshot`,
  data: { kind, items: ids.map((id) => ({ id, version: 1 })), last: true },
});
const complete = (id = 'e.10'): Frame => ({ id, event: 'snapshot.complete', data: {} });
const change = (kind: string, id: string, version: number, frameId: string): Frame => ({
  id: frameId,
  event: 'some.event.nobody.knows',
  data: { kind, id, version, entity: { id, version } },
});
const versions = (stores: Stores) => [...stores.worker.values()].map(({ id, version }) => `${id}@${version}`);

describe('applying the stream', () => {
  it('fills the stores from the snapshot and then follows changes, whatever they are called', () => {
    const stores = newStores();
    const position = applyFrames(
      [connected(), snapshot('worker', 'w1', 'w2'), complete(), change('worker', 'w1', 2, 'e.11')],
      stores,
      START,
    );
    expect(versions(stores)).toEqual(['w1@2', 'w2@1']);
    expect(position).toEqual({ epoch: 'e', lastId: 'e.11', snapshotting: false });
  });

  it('resumes from no place before a snapshot is complete', () => {
    const position = applyFrames([connected(), snapshot('worker', 'w1')], newStores(), START);
    expect(position.lastId).toBeUndefined();
  });

  it('keeps what it shows on a reset until the new snapshot is complete', () => {
    const stores = newStores();
    let position = applyFrames([connected(), snapshot('worker', 'w1', 'w2'), complete()], stores, START);
    position = applyFrames([{ event: 'reset', data: {} }], stores, position);
    expect(position.lastId).toBeUndefined();
    position = applyFrames([snapshot('worker', 'w2')], stores, position);
    expect(versions(stores)).toEqual(['w1@1', 'w2@1']);
    position = applyFrames([complete('e.20')], stores, position);
    expect(versions(stores)).toEqual(['w2@1']);
    expect(position.lastId).toBe('e.20');
  });

  it('lets go of everything when the new snapshot is empty', () => {
    const stores = newStores();
    const position = applyFrames([connected(), snapshot('worker', 'w1'), complete()], stores, START);
    applyFrames([{ event: 'reset', data: {} }, complete('e.20')], stores, position);
    expect(versions(stores)).toEqual([]);
  });

  it('goes on without a snapshot after a break', () => {
    const stores = newStores();
    const before = applyFrames([connected(), snapshot('worker', 'w1'), complete()], stores, START);
    const after = applyFrames([connected(), change('worker', 'w1', 5, 'e.30')], stores, before);
    expect(versions(stores)).toEqual(['w1@5']);
    expect(after.lastId).toBe('e.30');
  });

  it('forgets everything when the epoch is another, because versions begin anew', () => {
    const stores = newStores();
    const before = applyFrames(
      [connected(), snapshot('worker'), complete(), change('worker', 'w1', 9, 'e.12')],
      stores,
      START,
    );
    applyFrames([connected('f'), snapshot('worker', 'w1'), complete('f.1')], stores, before);
    expect(versions(stores)).toEqual(['w1@1']);
  });

  it('passes over kinds that it does not know and entities that cannot be kept', () => {
    const stores = newStores();
    const odd: Frame = { event: 'x', data: { kind: 'worker', entity: { id: 7 } } };
    applyFrames([connected(), change('spaceship', 's', 1, 'e.1'), odd], stores, START);
    expect(versions(stores)).toEqual([]);
  });
});
