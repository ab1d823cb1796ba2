import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** Megabytes that new objects may take; V8 would let them take 128. */
const YOUNG_MB = 32;
/** How far the old ones may grow past what was alive at the last collection; V8 may wait for several times that. */
const GROWTH_PERCENT = 50;

/**
 * Keeps the heap of this process near what is alive in it, for a few percent of its time: V8 sizes a heap by the
 * machine, which others want a share of. Both flags are read whenever V8 decides on a size (tried with Node 24);
 * `--max-semi-space-size` is read only at the start of the process.
 */
export function boundHeap(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
  let mayGrow = true;
  new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    const hasRoom = (young?.space_size ?? 0) < YOUNG_MB * 1_000_000;
    if (hasRoom === mayGrow) return;
    mayGrow = hasRoom;
    setFlagsFromString(`--semi-space-growth-factor=${mayGrow ? 2 : 1}`);
  }).observe({ entryTypes: ['gc'] });
}
