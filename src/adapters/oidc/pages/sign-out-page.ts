import { html, trusted } from './html.ts';
import { type Page, SUBMIT_AT_ONCE } from './page.ts';

/**
 * Asks whether to sign out, or does so at once where the request proves by an ID token that it comes from where the
 * person signed in. `form` is the provider's, with its protection against forgery, and has the id `op.logoutForm`.
 */
export const signOutPage = (form: string, atOnce: boolean): Page => ({
  title: 'Sign out',
  body: html`<p>${atOnce ? 'You are being signed out.' : 'Do you want to sign out everywhere?'}</p>
${trusted(form)}
<button type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>Sign out</button>
${!atOnce && html`<button type="submit" form="op.logoutForm" class="second">Stay signed in</button>`}
${atOnce && html`<script>${trusted(SUBMIT_AT_ONCE)}</script>`}`,
});

/** What stands there after signing out where nobody said where to go. */
export const signedOutPage = (): Page => ({
  title: 'You are signed out',
  body: html`<p><a href="/">Sign in again</a></p>`,
});
