import { client, queryClient } from '../app/client.ts';
import { ME, type Me } from '../app/me.ts';
import { browserPace } from '../browser/pace.ts';

/** The server is told of a sign of its person once in so many milliseconds. */
const TELL_MS = 60_000;
const SIGNS = ['pointerdown', 'keydown', 'wheel', 'touchstart'] as const;

let toldAt = 0;

/** Tells the server whenever somebody does something: a page that only shows does not keep anybody logged in. */
export function tellOfPresence(): void {
  const tell = () => {
    const known = queryClient.getQueryData<Me>(ME)?.login;
    if (known && browserPace.now() - toldAt >= TELL_MS) stay();
  };
  for (const sign of SIGNS) addEventListener(sign, tell, { passive: true, capture: true });
}

/** Says that somebody is there; the login then stays until it has been idle again. */
export function stay(): void {
  toldAt = browserPace.now();
  client.auth.extendSession().then(
    (login) => queryClient.setQueryData<Me>(ME, (me) => me && { ...me, login }),
    // What stands in the way shows by itself: the page is offline, or signed out.
    () => {
      toldAt = 0;
    },
  );
}
