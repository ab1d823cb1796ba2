import { useCallback, useSyncExternalStore } from 'react';
import type { Entity, EntityStore } from './entity-store.ts';

/** The entity as it is now; draws again when that entity changes, and only then. */
export function useEntity<E extends Entity>(store: EntityStore<E>, id: string): E | undefined {
  const watch = useCallback((call: () => void) => store.watch(id, call), [store, id]);
  return useSyncExternalStore(watch, () => store.get(id));
}
