import { useEffect, useState } from 'react';
import { browserPace } from '../browser/pace.ts';
import type { Entity, EntityStore } from './entity-store.ts';

/** Sums over a whole store are worth doing once a second. */
const PAUSE_MS = 1_000;

/**
 * Something worked out over a whole store, done anew once a second at most while the store changes.
 * @param compute stable between drawings, or it is done each time
 */
export function useSummary<E extends Entity, Summary>(
  store: EntityStore<E>,
  compute: (store: EntityStore<E>) => Summary,
): Summary {
  const [state, setState] = useState(() => ({ compute, summary: compute(store) }));
  if (state.compute !== compute) setState({ compute, summary: compute(store) });
  useEffect(() => {
    let cancel: (() => void) | undefined;
    const changed = () => {
      cancel ??= browserPace.after(PAUSE_MS, () => {
        cancel = undefined;
        setState({ compute, summary: compute(store) });
      });
    };
    // What came between the drawing and now was not seen yet.
    changed();
    const unwatch = store.watchAll(changed);
    return () => {
      unwatch();
      cancel?.();
    };
  }, [store, compute]);
  return state.summary;
}
