import { useSyncExternalStore } from 'react';
import { browserPace } from '../browser/pace.ts';
import { serverNow } from '../live/live.ts';

/**
 * One tick a second for all countdowns and ages on the page, by the server's clock. It runs only while
 * somebody looks at it.
 */
const watchers = new Set<() => void>();
let second = 0;
let cancel: (() => void) | undefined;

function tick(): void {
  second = Math.floor(serverNow() / 1_000);
  cancel = browserPace.after(1_000 - (serverNow() % 1_000), tick);
  for (const call of [...watchers]) call();
}

function watch(call: () => void): () => void {
  watchers.add(call);
  if (!cancel) tick();
  return () => {
    watchers.delete(call);
    if (watchers.size > 0) return;
    cancel?.();
    cancel = undefined;
  };
}

/** The server's time in milliseconds since the epoch, to the second; draws again each second. */
export function useNow(): number {
  return useSyncExternalStore(watch, () => (cancel ? second : Math.floor(serverNow() / 1_000))) * 1_000;
}
