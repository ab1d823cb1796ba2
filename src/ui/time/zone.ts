import { useSyncExternalStore } from 'react';

/** In which zone times are written: the browser's, or UTC. */
export type Zone = 'local' | 'utc';

const KEY = 'lcm.zone';
const watchers = new Set<() => void>();
let chosen: Zone = remembered();

export const zone = (): Zone => chosen;

/** Writes all times of the page in the other zone; what is shown stays the same stretch of time. */
export function chooseZone(next: Zone): void {
  chosen = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Storage is off: the choice lasts as long as the page.
  }
  for (const call of [...watchers]) call();
}

/** The chosen zone; draws again when another one is chosen. */
export function useZone(): Zone {
  return useSyncExternalStore(watch, zone);
}

/** The zone's name as it stands beside a time, e.g. `CET` or `UTC`. */
export function zoneName(which: Zone, atMs: number): string {
  if (which === 'utc') return 'UTC';
  const parts = new Intl.DateTimeFormat('en', { timeZoneName: 'short' }).formatToParts(atMs);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'local';
}

function watch(call: () => void): () => void {
  watchers.add(call);
  return () => watchers.delete(call);
}

function remembered(): Zone {
  try {
    return localStorage.getItem(KEY) === 'utc' ? 'utc' : 'local';
  } catch {
    return 'local';
  }
}
