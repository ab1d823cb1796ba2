import { html } from './html.ts';
import type { Page } from './page.ts';

/** Says what went wrong, and how to go on. `detail` is for whoever has to find out why. */
export const problemPage = (text: string, detail?: string): Page => ({
  title: 'This did not work',
  body: html`<p class="error" role="alert">${text}</p>
${detail !== undefined && html`<p><code>${detail}</code></p>`}
<p><a href="/">Start again</a></p>`,
});
