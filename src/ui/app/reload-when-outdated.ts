import { browserPace } from '../browser/pace.ts';

const KEY = 'lcm.reloaded-at';
/** Not more often than this, or a part that is really missing would reload the page for ever. */
const PAUSE_MS = 60_000;

/**
 * A page that was open while the server was upgraded asks for parts that are no longer there. It is loaded
 * anew then; its place is in the address, so nothing is lost.
 */
export function reloadWhenOutdated(): void {
  addEventListener('vite:preloadError', (event) => {
    const now = browserPace.now();
    try {
      if (now - Number(sessionStorage.getItem(KEY) ?? 0) < PAUSE_MS) return;
      sessionStorage.setItem(KEY, String(now));
    } catch {
      // Storage is off, so whether it was tried already is not known: show the failure instead.
      return;
    }
    event.preventDefault();
    location.reload();
  });
}
