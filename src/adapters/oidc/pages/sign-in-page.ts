import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '../accounts/demo-accounts.ts';
import { type Html, html } from './html.ts';
import type { Page } from './page.ts';

/** What the sign-in page shows. */
export interface SignInView {
  /** Where the form goes. */
  action: string;
  /** As it was typed before, or as the caller of the page guesses. */
  username?: string | undefined;
  /** Why the last attempt did not succeed. */
  problem?: string | undefined;
  /** Whether the accounts of the demo are told of. */
  demo: boolean;
}

/** Asks for name and password. Works without scripts. */
export function signInPage({ action, username, problem, demo }: SignInView): Page {
  // Whoever has typed a name already goes on with the password.
  const focus = (wanted: boolean) => wanted && html` autofocus`;
  const described = problem !== undefined && html` aria-invalid="true" aria-describedby="problem"`;
  return {
    title: 'Sign in',
    body: html`${problem !== undefined && html`<p class="error" id="problem" role="alert">${problem}</p>`}
<form method="post" action="${action}">
<label for="username">User name</label>
<input id="username" name="username" value="${username}" required maxlength="100" autocomplete="username" autocapitalize="none" spellcheck="false"${described}${focus(!username)}>
<label for="password">Password</label>
<input id="password" name="password" type="password" required maxlength="256" autocomplete="current-password"${described}${focus(Boolean(username))}>
<button type="submit">Sign in</button>
</form>
${demo && demoHint()}`,
  };
}

function demoHint(): Html {
  const names = DEMO_ACCOUNTS.map(({ username }, at) => html`${at > 0 && ', '}<code>${username}</code>`);
  return html`<aside class="demo" aria-labelledby="demo">
<h2 id="demo">Demo accounts</h2>
<p>${names}. The password of each is <code>${DEMO_PASSWORD}</code>.</p>
</aside>`;
}
