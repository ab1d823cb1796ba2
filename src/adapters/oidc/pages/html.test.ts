import { describe, expect, it } from 'vitest';
import { html, trusted } from './html.ts';

describe('markup', () => {
  it('has text escaped in it, and markup as it is', () => {
    expect(html`<p title="${'"'}">${'<b>'} ${html`<i>${"'&"}</i>`}</p>`.text).toBe(
      '<p title="&#34;">&#60;b&#62; <i>&#39;&#38;</i></p>',
    );
  });

  it('has nothing where there is nothing, and lists joined', () => {
    expect(html`${undefined}${false}${0}${[html`<a>`, trusted('<b>')]}`.text).toBe('0<a><b>');
  });
});
